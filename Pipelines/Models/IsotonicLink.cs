namespace MLPipes.Pipelines;

/// <summary>A rising function through knots: the calibration that isotonic regression learns. Constant beyond the outer knots.</summary>
public sealed class IsotonicLink : ILink, IPlainPart<IsotonicLink>
{
    private readonly float[] knots;
    private readonly float[] predictions;

    /// <summary>A link through knots.</summary>
    /// <param name="knots">Scores, strictly ascending, at least one.</param>
    /// <param name="predictions">The prediction at each knot, never falling.</param>
    /// <param name="reading">What holds between knots.</param>
    /// <exception cref="ArgumentException">Lengths differ, or they do not rise.</exception>
    public IsotonicLink(float[] knots, float[] predictions, KnotReading reading = KnotReading.Linear)
    {
        if (FindProblem(knots, predictions) is { } problem) throw new ArgumentException(problem, nameof(knots));
        this.knots = knots;
        this.predictions = predictions;
        Reading = reading;
    }

    /// <summary>Scores, ascending.</summary>
    public ReadOnlySpan<float> Knots => knots;

    /// <summary>The prediction at each knot.</summary>
    public ReadOnlySpan<float> Predictions => predictions;

    /// <summary>What holds between knots.</summary>
    public KnotReading Reading { get; }

    /// <inheritdoc/>
    public static string Kind => "link-isotonic";

    /// <inheritdoc/>
    public void Apply(Span<float> scores, int outputs)
    {
        for (int i = 0; i < scores.Length; i++) scores[i] = At(scores[i]);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Int((int)Reading);
        writer.Floats(knots);
        writer.Floats(predictions);
    }

    /// <inheritdoc/>
    public static IsotonicLink Read(PlainReader reader)
    {
        KnotReading reading = (KnotReading)reader.Int(0, (int)KnotReading.Step);
        float[] knots = reader.Floats(), predictions = reader.Floats();
        return FindProblem(knots, predictions) is { } problem ? throw reader.Damaged(problem) : new IsotonicLink(knots, predictions, reading);
    }

    private float At(float score)
    {
        if (float.IsNaN(score)) return score;
        int found = knots.AsSpan().BinarySearch(score);
        if (found >= 0) return predictions[found];
        int right = ~found;
        if (right == 0) return predictions[0];
        if (right == knots.Length || Reading == KnotReading.Step) return predictions[right - 1];
        double share = ((double)score - knots[right - 1]) / ((double)knots[right] - knots[right - 1]);
        return (float)(predictions[right - 1] + (share * ((double)predictions[right] - predictions[right - 1])));
    }

    private static string? FindProblem(float[] knots, float[] predictions)
    {
        if (knots.Length == 0 || knots.Length != predictions.Length) return $"{knots.Length} knots with {predictions.Length} predictions make no function.";
        for (int i = 0; i < knots.Length; i++)
        {
            if (!float.IsFinite(knots[i]) || !float.IsFinite(predictions[i])) return $"Knot {i} is not finite.";
            if (i > 0 && (knots[i] <= knots[i - 1] || predictions[i] < predictions[i - 1])) return $"Knot {i} does not rise above the one before.";
        }
        return null;
    }
}
