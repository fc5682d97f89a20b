using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Finds the splits of one tree after another, the best of all columns for each level.</summary>
internal sealed class StructureSearch
{
    private readonly SplitColumn[] columns;
    private readonly SymmetricPlan plan;
    private readonly FitContext context;
    private readonly WorkTeam team;
    private readonly LevelHistograms histograms;
    private readonly SplitScan[] scans; // [threads]
    private readonly long[][] scratch; // [threads]
    private readonly int[] drawn; // columns in the order of this level's draw
    private readonly double[] scores; // [columns]
    private readonly LevelSplit[] splits; // [columns]

    public StructureSearch(SplitColumn[] columns, int paddedRows, PackedGradients packed, SymmetricPlan plan, FitContext context, WorkTeam team)
    {
        (this.columns, this.plan, this.context, this.team) = (columns, plan, context, team);
        Rows = new LeafRows(paddedRows, plan.Depth);
        histograms = new LevelHistograms(columns, paddedRows, packed.Words.Length, plan.Depth);
        scans = [.. Enumerable.Range(0, team.Size).Select(_ => new SplitScan(packed.Directions, (float)plan.L2))];
        scratch = [.. Enumerable.Range(0, team.Size).Select(_ => Array.Empty<long>())];
        drawn = [.. Enumerable.Range(0, columns.Length)];
        scores = new double[columns.Length];
        splits = new LevelSplit[columns.Length];
    }

    /// <summary>The leaves of the tree last grown.</summary>
    public LeafRows Rows { get; }

    /// <summary>The splits of a tree; none where no column tells rows apart.</summary>
    /// <param name="packed">Weights and gradients of this tree.</param>
    /// <param name="count">Number of training rows.</param>
    /// <param name="order">The order of the rows whose statistics are used.</param>
    /// <param name="noise">Standard deviation of the noise on scores.</param>
    /// <param name="random">The tree's stream.</param>
    public LevelSplit[] Grow(PackedGradients packed, int count, int order, double noise, ref SplitMix random)
    {
        Rows.Reset(packed.Kept(Rows.Rows, count));
        histograms.Reset();
        List<LevelSplit> found = [];
        for (int level = 0; level < plan.Depth; level++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            int looked = Math.Clamp((int)Math.Ceiling(plan.FeatureFraction * columns.Length), 1, columns.Length);
            Draw(looked, ref random);
            int depth = level;
            team.Run(1 << level, (leaf, _) =>
            {
                if (histograms.Needs(Rows, leaf, depth, looked == columns.Length)) histograms.Order(Rows, leaf, packed);
            });
            team.Run(looked, (i, worker) =>
            {
                int at = drawn[i];
                long[] sums = histograms.Of(at, columns[at].At(order), Rows, depth, ref scratch[worker]);
                (splits[at], float score) = scans[worker].Best(columns[at], sums, histograms.Capacity, Rows.Counts, 1 << depth, packed);
                scores[at] = score;
            });
            int best = -1;
            double most = double.NegativeInfinity;
            for (int i = 0; i < looked; i++)
            {
                double score = scores[drawn[i]] + (noise * Normal(ref random));
                if (score > most) (best, most) = (drawn[i], score);
            }
            if (best < 0) break;
            LevelSplit split = WithSide(splits[best], order, count);
            found.Add(split);
            byte[] bins = split.Column.At(order);
            team.Run(packed.Chunks, (chunk, _) =>
            {
                (int start, int end) = packed.RowsOf(chunk);
                LeafRows.Mark(Rows.Leaves, bins, split, depth, start, end);
            });
            team.Run(1 << level, (leaf, _) => Rows.Part(leaf, depth));
        }
        return [.. found];
    }

    // Where training rows have no missing values, those of later rows go with the many.
    private static LevelSplit WithSide(LevelSplit split, int order, int count)
    {
        if (split.Column.Kind != SplitKind.Quantity || split.Column.HasMissing) return split;
        int left = 0;
        foreach (byte bin in split.Column.At(order).AsSpan(0, count)) left += bin <= split.Bin ? 1 : 0;
        return split with { MissingLeft = 2L * left >= count };
    }

    private void Draw(int looked, ref SplitMix random)
    {
        if (looked == drawn.Length) return;
        for (int i = 0; i < drawn.Length; i++) drawn[i] = i;
        for (int i = 0; i < looked; i++)
        {
            int other = i + random.Below(drawn.Length - i);
            (drawn[i], drawn[other]) = (drawn[other], drawn[i]);
        }
        // Ascending, so that noise meets columns in an order of its own.
        Array.Sort(drawn, 0, looked);
    }

    private static double Normal(ref SplitMix random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
