using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Ratios, products and differences of pairs of numbers, only those that say more about the label than both parents.</summary>
/// <remarks>
/// Each candidate is tried on a sample: half the rows cut it into bins of equal size and average the label in each, the other
/// half tells how much of the label's variance those averages explain. A candidate pays if that beats its better parent, and an
/// additive pair of both, by <see cref="MinGain"/>. So a gain is never the chance fit of the rows that made it.
/// </remarks>
public sealed record NumberPairs : IFeaturizer<NumberPairs>
{
    private const int Bins = 16;

    /// <summary>Most pairs that are kept.</summary>
    [Bounds(1, 1000)]
    public int MaxPairs { get; init; } = 8;

    /// <summary>Smallest gain in explained share of the label's variance.</summary>
    [Bounds(0, 1)]
    public double MinGain { get; init; } = 0.01;

    /// <summary>Only so many columns, those that explain most alone, are paired.</summary>
    [Bounds(2, 200)]
    public int MaxColumns { get; init; } = 20;

    /// <summary>Rows that candidates are tried on.</summary>
    [Bounds(100, 1_000_000)]
    public int SampleRows { get; init; } = 8_000;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("number-pairs", "Ratios, products and differences of two numbers where they say more than both alone.", ColumnRole.Number)
    {
        OnRequest = true,
        Adds = true,
        TakesAll = true,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (context.Target is not { } target) return FeaturizerFit.Decline("there is no label");
        int[] usable = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i].Kind is ColumnKind.Number or ColumnKind.Integer)];
        if (usable.Length < 2) return FeaturizerFit.Decline("there are fewer than two columns of numbers");
        int[] rows = Sample(target.Count, context.Seed);
        if (rows.Length < 4 * Bins) return FeaturizerFit.Decline($"{rows.Length} rows are too few to try pairs on");
        LabelValues labels = LabelValues.Of(target, null, maxClasses: 10);
        PairTrial trial = new(rows, labels, Bins);
        (int Index, float[] Values, double Gain)[] parents = [.. usable.Select(i => (i, Gather(columns[i], rows)))
            .Select(p => (p.i, p.Item2, trial.Explained(p.Item2))).OrderByDescending(p => p.Item3).ThenBy(p => p.i).Take(MaxColumns)];
        List<(double Gain, NumberPair Pair)> found = [];
        float[] values = new float[rows.Length];
        for (int a = 0; a < parents.Length; a++)
        {
            for (int b = 0; b < parents.Length; b++)
            {
                context.Cancel.ThrowIfCancellationRequested();
                if (a == b) continue;
                double alone = trial.Explained(parents[a].Values, parents[b].Values);
                foreach (PairKind kind in Enum.GetValues<PairKind>())
                {
                    // A product and a difference are the same both ways round, but for the sign.
                    if (kind != PairKind.Ratio && b < a) continue;
                    for (int i = 0; i < values.Length; i++) values[i] = NumberPairsTransform.Of(kind, parents[a].Values[i], parents[b].Values[i]);
                    double gain = trial.Explained(values) - alone;
                    if (gain >= MinGain) found.Add((gain, new NumberPair(kind, parents[a].Index, parents[b].Index, 0, 1, float.NaN)));
                }
            }
        }
        if (found.Count == 0) return FeaturizerFit.Decline("no pair says more than its parents");
        NumberPair[] pairs = [.. found.OrderByDescending(f => f.Gain).ThenBy(f => f.Pair.First).ThenBy(f => f.Pair.Second).ThenBy(f => f.Pair.Kind).Take(MaxPairs).Select(f => f.Pair)];
        for (int i = 0; i < pairs.Length; i++) pairs[i] = Scaled(pairs[i], columns, context.Needs);
        return FeaturizerFit.Of(new NumberPairsTransform([.. columns.Select(c => c.Name)], pairs));
    }

    private int[] Sample(int rows, int seed)
    {
        int[] all = [.. Enumerable.Range(0, rows)];
        new Random(seed).Shuffle(all);
        return all[..Math.Min(rows, SampleRows)];
    }

    private static float[] Gather(Column column, int[] rows)
    {
        float[] values = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++) values[i] = NumberCells.At(column, rows[i]);
        return values;
    }

    private static NumberPair Scaled(NumberPair pair, IReadOnlyList<Column> columns, Needs needs)
    {
        if ((needs & (Needs.Scaled | Needs.NoMissing)) == 0) return pair;
        float[] values = new float[columns[0].Count];
        for (int row = 0; row < values.Length; row++)
            values[row] = NumberPairsTransform.Of(pair.Kind, NumberCells.At(columns[pair.First], row), NumberCells.At(columns[pair.Second], row));
        NumberSummary summary = NumberSummary.Of(new NumberColumn("pair", values))[0];
        float fill = needs.HasFlag(Needs.NoMissing) ? (float)summary.Quantile(0.5) : float.NaN;
        if (!needs.HasFlag(Needs.Scaled)) return pair with { Fill = fill };
        // Ratios have long tails: the middle half sets the scale, and what lies far out is held in.
        double range = summary.Quantile(0.75) - summary.Quantile(0.25), spread = range > 0 ? range : summary.Deviation;
        return pair with { Fill = fill, Center = summary.Quantile(0.5), Scale = spread > 0 ? 1 / spread : 0 };
    }
}
