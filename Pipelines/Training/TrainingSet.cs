namespace MLPipes.Pipelines;

/// <summary>What a trainer learns from: features, label and weights of the same rows. Immutable.</summary>
public sealed class TrainingSet
{
    private readonly float[]? weights;

    /// <summary>A training set.</summary>
    /// <param name="features">[rows × features].</param>
    /// <param name="target">[rows].</param>
    /// <param name="weights">[rows], each at least 0 and finite; null for equal weights.</param>
    public TrainingSet(FeatureMatrix features, Target target, float[]? weights = null)
    {
        if (features.Rows != target.Count || (weights is not null && weights.Length != target.Count))
            throw new ArgumentException($"{features.Rows} rows of features, {target.Count} labels and {weights?.Length ?? target.Count} weights do not fit.", nameof(target));
        Features = features;
        Target = target;
        this.weights = weights;
    }

    /// <summary>[rows × features].</summary>
    public FeatureMatrix Features { get; }

    /// <summary>The label.</summary>
    public Target Target { get; }

    /// <summary>[rows]: class index from 0, or the number.</summary>
    public ReadOnlySpan<float> Labels => Target.Values;

    /// <summary>[rows]; empty for equal weights.</summary>
    public ReadOnlySpan<float> Weights => weights;

    /// <summary>Whether rows have weights of their own.</summary>
    public bool IsWeighted => weights is not null;

    /// <summary>Number of rows.</summary>
    public int Rows => Features.Rows;

    /// <summary>What is learned.</summary>
    public MLTask Task => Target.Task;

    /// <summary>Its size.</summary>
    public DataShape Shape => new(Task, Rows, Features.Width, Target.Classes.Count)
    {
        StoredValues = Features.StoredValues,
        CategoricalFeatures = Features.Features.Count(f => f.Categories > 0),
        Tokens = TokenLayout.CountTokens(Features),
    };

    /// <summary>The rows at <paramref name="rows"/> (indices from 0), in that order.</summary>
    public TrainingSet Take(ReadOnlySpan<int> rows) =>
        new(Features.Take(rows), Target.Take(rows), weights is null ? null : Columns.Gather(weights, rows));

    /// <summary>Same features under another label.</summary>
    public TrainingSet With(Target target) => new(Features, target, weights);
}
