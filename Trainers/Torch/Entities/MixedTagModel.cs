using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Several models as one: the mean of their probabilities, by weight, decides each word's tag.</summary>
internal sealed class MixedTagModel : ITagModel, IPlainPart<MixedTagModel>
{
    private const int MostParts = 16;
    private const double Least = 1e-9;

    private readonly ITagModel[] parts;
    private readonly double[] weights;

    /// <param name="parts">Models of the same tags; taken over.</param>
    /// <param name="weights">A weight each, above 0.</param>
    /// <exception cref="ArgumentException">There are none, their tags differ, or a weight is no weight.</exception>
    public MixedTagModel(IReadOnlyList<ITagModel> parts, IReadOnlyList<double> weights)
    {
        if (parts.Count == 0 || parts.Count != weights.Count) throw new ArgumentException($"There are {weights.Count} weights for {parts.Count} models.", nameof(weights));
        if (parts.Any(p => !p.Tags.Names.SequenceEqual(parts[0].Tags.Names) || p.Tags.IsPlain != parts[0].Tags.IsPlain)) throw new ArgumentException("The models choose from different tags.", nameof(parts));
        if (weights.Any(w => !(w > 0) || !double.IsFinite(w))) throw new ArgumentException("A weight is not above 0.", nameof(weights));
        this.parts = [.. parts];
        this.weights = [.. weights.Select(w => w / weights.Sum())];
        Chain = new Chain(Tags);
    }

    public static string Kind => "entity-mix";

    public TagSet Tags => parts[0].Tags;

    /// <summary>What the scheme forbids, and nothing else: what the models learned of pairs is in their probabilities.</summary>
    public Chain Chain { get; }

    public static MixedTagModel Read(PlainReader reader)
    {
        int count = reader.Int(1, MostParts);
        double[] weights = reader.Doubles();
        List<ITagModel> parts = [];
        try
        {
            for (int i = 0; i < count; i++) parts.Add(reader.Part<ITagModel>());
            return new MixedTagModel(parts, weights);
        }
        catch
        {
            foreach (ITagModel part in parts) part.Dispose();
            throw;
        }
    }

    /// <summary>Logarithms of a mean of probabilities by weight.</summary>
    public static float[] Mix(IReadOnlyList<double[]> probabilities, IReadOnlyList<double> weights)
    {
        float[] mixed = new float[probabilities[0].Length];
        for (int i = 0; i < mixed.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < weights.Count; k++) sum += weights[k] * probabilities[k][i];
            mixed[i] = (float)Math.Log(Math.Max(sum, Least));
        }
        return mixed;
    }

    public void Write(PlainWriter writer)
    {
        writer.Int(parts.Length);
        writer.Doubles(weights);
        foreach (ITagModel part in parts) writer.Part(part);
    }

    public float[][] Emissions(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel)
    {
        double[][][] each = [.. parts.Select(p => p.Probabilities(runs, threads, cancel))];
        return [.. Enumerable.Range(0, runs.Count).Select(run => Mix([.. each.Select(e => e[run])], weights))];
    }

    public void Dispose()
    {
        foreach (ITagModel part in parts) part.Dispose();
    }
}
