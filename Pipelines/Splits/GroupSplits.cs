namespace MLPipes.Pipelines;

/// <summary>Splits in which all rows of a group stand on one side.</summary>
internal static class GroupSplits
{
    /// <summary>The group of each row as an index from 0, in order of first appearance; each row without a value is a group of its own.</summary>
    public static int[] GroupsOf(Column column)
    {
        int[] groups = new int[column.Count];
        int next = 0;
        if (column is CategoryColumn category)
        {
            int[] ofCode = new int[category.Categories.Count];
            Array.Fill(ofCode, -1);
            for (int row = 0; row < groups.Length; row++)
            {
                int code = category.Codes[row];
                if (code < 0) groups[row] = next++;
                else groups[row] = ofCode[code] >= 0 ? ofCode[code] : ofCode[code] = next++;
            }
            return groups;
        }
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        for (int row = 0; row < groups.Length; row++)
        {
            if (column.TextAt(row) is not { } text) groups[row] = next++;
            else if (known.TryGetValue(text, out int group)) groups[row] = group;
            else known[text] = groups[row] = next++;
        }
        return groups;
    }

    public static Split HoldOut(Target target, int[] groups, double testShare, int seed)
    {
        // The best of k folds, k groups' worth nearest to the share, is balanced by class already.
        int count = CountOf(groups);
        if (count < 2) throw new TableException("All rows are of one group; at least 2 groups are needed to split by group.", null);
        int folds = Math.Clamp((int)Math.Round(1 / Math.Min(testShare, 1 - testShare)), 2, count);
        int[] foldOf = Assign(target, groups, count, folds, seed);
        bool oneFoldTests = testShare <= 0.5;
        int chosen = Nearest(foldOf, folds, target.Count * Math.Min(testShare, 1 - testShare));
        return Split.Of(target.Count, row => foldOf[row] == chosen == oneFoldTests);
    }

    public static IReadOnlyList<Split> Folds(Target target, int[] groups, int folds, int seed)
    {
        RandomSplits.CheckFolds(folds);
        int count = CountOf(groups);
        if (count < folds) throw new TableException($"{count} groups can't be split into {folds} folds.", null);
        return RandomSplits.Of(Assign(target, groups, count, folds, seed), folds);
    }

    private static int CountOf(int[] groups) => groups.Length == 0 ? 0 : groups.Max() + 1;

    private static int Nearest(int[] foldOf, int folds, double rows)
    {
        int[] sizes = new int[folds];
        foreach (int fold in foldOf) sizes[fold]++;
        return Enumerable.Range(0, folds).MinBy(f => Math.Abs(sizes[f] - rows));
    }

    /// <summary>Puts each group, largest first, where it raises the sum over folds of (rows' share² + Σ strata's share²) least.</summary>
    private static int[] Assign(Target target, int[] groups, int count, int folds, int seed)
    {
        int[] strata = RandomSplits.StrataOf(target);
        int width = strata.Max() + 1;
        double[] total = new double[width];
        List<int>[] members = new List<int>[count];
        for (int g = 0; g < count; g++) members[g] = [];
        for (int row = 0; row < groups.Length; row++)
        {
            members[groups[row]].Add(row);
            total[strata[row]]++;
        }
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        order = [.. order.OrderByDescending(g => members[g].Count)];

        int[] foldOf = new int[groups.Length], sizes = new int[folds], groupsIn = new int[folds];
        double[,] held = new double[folds, width];
        Dictionary<int, int> inGroup = [];
        for (int i = 0; i < order.Length; i++)
        {
            List<int> rows = members[order[i]];
            inGroup.Clear();
            foreach (int row in rows) inGroup[strata[row]] = inGroup.GetValueOrDefault(strata[row]) + 1;
            int emptyFolds = groupsIn.Count(n => n == 0), best = -1;
            double least = double.PositiveInfinity;
            for (int fold = 0; fold < folds; fold++)
            {
                // The last groups fill folds that are still empty, so that no fold ends without a group.
                if (order.Length - i <= emptyFolds && groupsIn[fold] > 0) continue;
                double rise = ((2.0 * sizes[fold]) + rows.Count) * rows.Count / ((double)groups.Length * groups.Length);
                foreach ((int stratum, int n) in inGroup) rise += ((2 * held[fold, stratum]) + n) * n / (total[stratum] * total[stratum]) / width;
                if (rise >= least) continue;
                least = rise;
                best = fold;
            }
            foreach (int row in rows) foldOf[row] = best;
            foreach ((int stratum, int n) in inGroup) held[best, stratum] += n;
            sizes[best] += rows.Count;
            groupsIn[best]++;
        }
        return foldOf;
    }
}
