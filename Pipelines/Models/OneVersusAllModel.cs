using System.Buffers;

namespace MLPipes.Pipelines;

/// <summary>One binary model per class; its scores are their probabilities, its predictions those probabilities normalised to sum to 1.</summary>
public sealed class OneVersusAllModel : IModel, IPlainPart<OneVersusAllModel>
{
    private static readonly NormalizedLink normalized = new();

    private readonly IModel[] models;

    /// <summary>A composite of <paramref name="models"/>, in class order.</summary>
    /// <param name="models">[classes], each with one output, a link, and the same features.</param>
    /// <exception cref="ArgumentException">Fewer than two, or they do not fit together.</exception>
    public OneVersusAllModel(IReadOnlyList<IModel> models)
    {
        this.models = [.. models];
        if (FindProblem(this.models) is { } problem) throw new ArgumentException(problem, nameof(models));
    }

    /// <summary>The binary models, in class order.</summary>
    public IReadOnlyList<IModel> Models => models;

    /// <inheritdoc/>
    public static string Kind => "one-versus-all";

    /// <inheritdoc/>
    public int FeatureCount => models[0].FeatureCount;

    /// <inheritdoc/>
    public int OutputCount => models.Length;

    /// <inheritdoc/>
    public ILink? Link => normalized;

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        for (int k = 0; k < models.Length; k++)
        {
            Span<float> score = scores.Slice(k, 1);
            models[k].Score(row, score);
            models[k].Link!.Apply(score, 1);
        }
    }

    /// <inheritdoc/>
    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(count);
        Span<float> column = rented.AsSpan(0, count);
        for (int k = 0; k < models.Length; k++)
        {
            models[k].ScoreBatch(rows, start, count, column);
            models[k].Link!.Apply(column, 1);
            for (int i = 0; i < count; i++) scores[(i * models.Length) + k] = column[i];
        }
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer) => writer.Parts(models);

    /// <inheritdoc/>
    public static OneVersusAllModel Read(PlainReader reader)
    {
        IModel[] models = reader.Parts<IModel>();
        return FindProblem(models) is { } problem ? throw reader.Damaged(problem) : new OneVersusAllModel(models);
    }

    private static string? FindProblem(IModel[] models)
    {
        if (models.Length < 2) return $"One-versus-all needs a model for each of two or more classes, not {models.Length}.";
        foreach (IModel model in models)
        {
            if (model.OutputCount != 1) return $"One-versus-all takes binary models, not one of {model.OutputCount} outputs.";
            if (model.Link is null) return "One-versus-all takes models with probabilities; calibrate bare margins first.";
            if (model.FeatureCount != models[0].FeatureCount) return $"One-versus-all takes models of the same features, not {models[0].FeatureCount} and {model.FeatureCount}.";
        }
        return null;
    }
}
