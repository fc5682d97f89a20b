namespace MLPipes.Pipelines;

/// <summary>Stratified random splits.</summary>
internal static class RandomSplits
{
    private const int LabelBins = 10;

    public static Split HoldOut(Target target, double testShare, int seed)
    {
        int rows = target.Count;
        if (rows < 2) throw new TableException($"{rows} rows can't be split: at least 2 are needed.", null);
        int[] strata = StrataOf(target), order = Shuffled(strata, seed);
        int[] sizes = new int[strata.Max() + 1];
        foreach (int stratum in strata) sizes[stratum]++;
        int[] take = Shares(sizes, testShare, wanted: Math.Clamp((int)Math.Round(rows * testShare), 1, rows - 1));
        if (take.Sum() == 0) throw new TableException($"'{target.Column}' can't be split: every class has only one row.", null);
        bool[] test = new bool[rows];
        for (int i = 0; i < order.Length; i++)
            if (take[strata[order[i]]]-- > 0) test[order[i]] = true;
        return Split.Of(rows, row => test[row]);
    }

    public static IReadOnlyList<Split> KFold(Target target, int folds, int seed)
    {
        int rows = target.Count;
        CheckFolds(folds);
        if (rows < folds) throw new TableException($"{rows} rows can't be split into {folds} folds.", null);
        // Dealing the strata out one after the other keeps both the folds and each stratum within them even to one row.
        int[] order = Shuffled(StrataOf(target), seed), foldOf = new int[rows];
        for (int i = 0; i < rows; i++) foldOf[order[i]] = i % folds;
        return Of(foldOf, folds);
    }

    public static IReadOnlyList<Split> Of(int[] foldOf, int folds)
    {
        Split[] splits = new Split[folds];
        for (int fold = 0; fold < folds; fold++) splits[fold] = Split.Of(foldOf.Length, row => foldOf[row] == fold);
        return splits;
    }

    public static void CheckFolds(int folds)
    {
        if (folds < 2) throw new OptionsException("split", [$"Folds = {folds} is below 2."]);
    }

    /// <summary>The stratum of each row: its class, or the tenth of the label by rank, equal labels together.</summary>
    public static int[] StrataOf(Target target)
    {
        int[] strata = new int[target.Count];
        if (target.Task != MLTask.Regression)
        {
            for (int row = 0; row < strata.Length; row++) strata[row] = (int)target.Values[row];
            return strata;
        }
        float[] sorted = target.Values.ToArray();
        int[] order = new int[strata.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(sorted, order);
        for (int i = 0, start = 0; i < order.Length; i++)
        {
            if (sorted[i] != sorted[start]) start = i;
            strata[order[i]] = (int)((long)start * LabelBins / order.Length);
        }
        return strata;
    }

    /// <summary>Whole rows per stratum that come nearest to the share: whole parts first, then by largest remainder.</summary>
    private static int[] Shares(int[] sizes, double share, int wanted)
    {
        int[] take = new int[sizes.Length];
        for (int s = 0; s < sizes.Length; s++) take[s] = Math.Min((int)(sizes[s] * share), Math.Max(sizes[s] - 1, 0));
        int[] byRemainder = [.. Enumerable.Range(0, sizes.Length).OrderByDescending(s => (sizes[s] * share) - take[s])];
        for (int left = wanted - take.Sum(), before = -1; left > 0 && left != before;)
        {
            before = left;
            foreach (int s in byRemainder)
            {
                if (left == 0 || take[s] >= sizes[s] - 1) continue;
                take[s]++;
                left--;
            }
        }
        return take;
    }

    /// <summary>All rows, stratum after stratum, shuffled within each.</summary>
    private static int[] Shuffled(int[] strata, int seed)
    {
        int[] order = new int[strata.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        new Random(seed).Shuffle(order);
        long[] sort = new long[order.Length];
        for (int i = 0; i < order.Length; i++) sort[i] = ((long)strata[order[i]] << 32) | (uint)i;
        Array.Sort(sort, order);
        return order;
    }
}
