using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Pairs of categories as the average label of their rows, only pairs that say more about the label than both columns side by side.</summary>
/// <remarks>
/// Values are smoothed and cross-fitted as in <see cref="TargetEncoding"/>, but drawn towards what the two categories say one by one (the sum of their
/// deviations from the overall average), so that a rare pair adds nothing of its own. A pair is kept if its cross-fitted values explain more of the
/// label's variance than those sums do, by <see cref="MinGain"/>: a training row's own label never speaks for its pair.
/// </remarks>
public sealed record CategoryCrosses : IFeaturizer<CategoryCrosses>
{
    /// <summary>Most pairs that are kept.</summary>
    [Bounds(1, 1000)]
    public int MaxPairs { get; init; } = 6;

    /// <summary>Smallest gain in explained share of the label's variance.</summary>
    [Bounds(0, 1)]
    public double MinGain { get; init; } = 0.005;

    /// <summary>Only so many columns, those that explain most alone, are crossed.</summary>
    [Bounds(2, 200)]
    public int MaxColumns { get; init; } = 12;

    /// <summary>How many rows' worth of the two categories' own averages each pair starts from.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double Smoothing { get; init; } = 10;

    /// <summary>Number of parts that training rows are cross-fitted in.</summary>
    [Bounds(2, 100)]
    public int FoldCount { get; init; } = 5;

    /// <summary>Of a label with more classes only so many of the most frequent get a feature.</summary>
    [Bounds(2, 1000)]
    public int MaxClasses { get; init; } = 6;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("category-crosses", "Pairs of categories as their average label, where a pair says more than both alone.", ColumnRole.Category)
    {
        OnRequest = true,
        Adds = true,
        TakesAll = true,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (context.Target is not { } target) return FeaturizerFit.Decline("there is no label");
        LabelValues labels = LabelValues.Of(target, context.Weights, MaxClasses);
        CrossTrial trial = new(labels, Folds.Of(target.Count, FoldCount, context.Seed), FoldCount, Smoothing);
        List<Parent> parents = [];
        for (int i = 0; i < columns.Count; i++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            LevelCounts levels = LevelCounts.Of(columns[i]);
            if (levels.Levels.Length < 2 || levels.IsNearUnique) continue;
            float[] alone = trial.Encode(levels.Codes, prior: null, out float[] encoded);
            parents.Add(new Parent(i, levels, alone, encoded, trial.Explained(alone)));
        }
        if (parents.Count < 2) return FeaturizerFit.Decline("there are fewer than two columns of shared categories");
        parents = [.. parents.OrderByDescending(p => p.Explained).ThenBy(p => p.Index).Take(MaxColumns)];

        List<(double Gain, int First, int Second)> found = [];
        for (int a = 0; a < parents.Count; a++)
        {
            for (int b = a + 1; b < parents.Count; b++)
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (CrossCodes.Of(parents[a].Levels, parents[b].Levels) is not { } crossed) continue;
                float[] sum = trial.Sum(parents[a].Alone, parents[b].Alone);
                double gain = trial.Explained(trial.Encode(crossed.Codes, sum, out _)) - Math.Max(trial.Explained(sum), Math.Max(parents[a].Explained, parents[b].Explained));
                if (gain >= MinGain) found.Add(parents[a].Index < parents[b].Index ? (gain, a, b) : (gain, b, a));
            }
        }
        if (found.Count == 0) return FeaturizerFit.Decline("no pair says more than its two columns");
        return Fitted(columns, context, trial, parents, [.. found.OrderByDescending(f => f.Gain).ThenBy(f => f.First).ThenBy(f => f.Second).Take(MaxPairs)]);
    }

    private static FeaturizerFit Fitted(IReadOnlyList<Column> columns, FeaturizerContext context, CrossTrial trial, List<Parent> parents, (double Gain, int First, int Second)[] pairs)
    {
        int outputs = trial.Outputs, rows = trial.Rows, width = pairs.Length * outputs;
        float[] training = new float[(long)rows * width];
        CategoryCross[] crosses = new CategoryCross[pairs.Length];
        for (int p = 0; p < pairs.Length; p++)
        {
            Parent first = parents[pairs[p].First], second = parents[pairs[p].Second];
            CrossCodes crossed = CrossCodes.Of(first.Levels, second.Levels)!;
            float[] values = trial.Encode(crossed.Codes, trial.Sum(first.Alone, second.Alone), out float[] encoded);
            for (int row = 0; row < rows; row++)
                for (int k = 0; k < outputs; k++) training[((long)row * width) + (p * outputs) + k] = values[(row * outputs) + k];
            crosses[p] = new CategoryCross(first.Index, second.Index, crossed.Keys, encoded[..(crossed.Keys.Length * outputs)], first.Encoded, second.Encoded);
        }
        double[] centers = new double[width], scales = new double[width];
        Array.Fill(scales, 1);
        if (context.Needs.HasFlag(Needs.Scaled)) (centers, scales) = TrainingScale.Apply(training, width);
        string[][] levels = new string[columns.Count][];
        foreach (Parent parent in parents)
            if (crosses.Any(c => c.First == parent.Index || c.Second == parent.Index)) levels[parent.Index] = parent.Levels.Levels;
        for (int i = 0; i < levels.Length; i++) levels[i] ??= [];
        return FeaturizerFit.Of(new CategoryCrossesTransform([.. columns.Select(c => c.Name)], trial.Names, levels, crosses, trial.Means, centers, scales), training);
    }

    /// <summary>A column with its cross-fitted values and those for rows to come.</summary>
    private sealed record Parent(int Index, LevelCounts Levels, float[] Alone, float[] Encoded, double Explained);
}
