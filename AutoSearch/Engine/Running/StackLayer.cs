using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>The first layer of a stack: trials whose out-of-fold predictions are further features of a second layer's rows.</summary>
internal sealed class StackLayer
{
    private readonly IReadOnlyList<TrialPool.Member> trials;
    private readonly int outputs;

    /// <summary>A layer of <paramref name="trials"/>, which judged every row of the study.</summary>
    public StackLayer(IReadOnlyList<TrialPool.Member> trials, int outputs)
    {
        this.trials = trials;
        this.outputs = outputs;
        Transform = new StackedPredictions([.. trials.Select(t => t.Models.Select(m => new StackedModel(m.Features, m.Model)).ToArray())]);
        SecondsPerRow = trials.Sum(t => t.Models.Sum(m => m.SecondsPerRow));
    }

    /// <summary>What gives the same features for new rows.</summary>
    public StackedPredictions Transform { get; }

    /// <summary>One core's seconds to predict a row by all models of the layer.</summary>
    public double SecondsPerRow { get; }

    /// <summary>Features with the layer's predictions behind them, for new rows.</summary>
    public FittedFeatures Over(FittedFeatures basic) => new([.. basic.Steps, new FeatureStep(Transform.Inputs, Transform)], isSparse: false);

    /// <summary>Rows with the layer's out-of-fold predictions behind their features.</summary>
    /// <param name="basic">Dense features of some rows.</param>
    /// <param name="rows">Which rows of the study these are; null for all.</param>
    public TrainingSet Over(TrainingSet basic, int[]? rows)
    {
        int width = basic.Features.Width, wide = width + (trials.Count * outputs);
        float[] values = new float[checked(basic.Rows * wide)];
        ReadOnlySpan<float> own = basic.Features.Values;
        for (int i = 0; i < basic.Rows; i++)
        {
            own.Slice(i * width, width).CopyTo(values.AsSpan(i * wide));
            int row = rows is null ? i : rows[i];
            for (int t = 0; t < trials.Count; t++)
                trials[t].OutOfFold.AsSpan(row * outputs, outputs).CopyTo(values.AsSpan((i * wide) + width + (t * outputs)));
        }
        return new TrainingSet(FeatureMatrix.Dense(values, [.. basic.Features.Features, .. Transform.Features]), basic.Target, basic.IsWeighted ? basic.Weights.ToArray() : null);
    }
}
