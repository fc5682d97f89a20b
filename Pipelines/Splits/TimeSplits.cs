namespace MLPipes.Pipelines;

/// <summary>Splits in which every test row is later than all rows that are learned from.</summary>
internal static class TimeSplits
{
    public static Split HoldOut(Column time, double testShare)
    {
        double[] times = TimesOf(time);
        int[] order = Ordered(times, time);
        int cut = CutNear(order, times, (int)Math.Round(order.Length * (1 - testShare)), 0, time);
        return At(times, order, cut, order.Length);
    }

    public static IReadOnlyList<Split> Folds(Column time, int folds)
    {
        RandomSplits.CheckFolds(folds);
        double[] times = TimesOf(time);
        int[] order = Ordered(times, time);
        Split[] splits = new Split[folds];
        int[] cuts = new int[folds + 1];
        for (int fold = 0; fold < folds; fold++)
            cuts[fold] = CutNear(order, times, (int)((long)order.Length * (fold + 1) / (folds + 1)), fold == 0 ? 0 : cuts[fold - 1], time);
        cuts[folds] = order.Length;
        for (int fold = 0; fold < folds; fold++) splits[fold] = At(times, order, cuts[fold], cuts[fold + 1]);
        return splits;
    }

    private static Split At(double[] times, int[] order, int cut, int end)
    {
        double from = times[order[cut]], to = end == order.Length ? double.PositiveInfinity : times[order[end]];
        return Split.Of(times.Length, row => double.IsNaN(times[row]) || times[row] < from ? false : times[row] < to ? true : null);
    }

    /// <summary>The position nearest to <paramref name="wanted"/> at which a new moment begins, behind <paramref name="after"/>.</summary>
    private static int CutNear(int[] order, double[] times, int wanted, int after, Column column)
    {
        for (int step = 0; step < order.Length; step++)
        {
            foreach (int cut in (ReadOnlySpan<int>)[wanted - step, wanted + step])
                if (cut > after && cut < order.Length && times[order[cut]] != times[order[cut - 1]]) return cut;
        }
        throw new TableException(column.Name, found: "too few distinct times", expected: "one more moment than there are splits");
    }

    private static int[] Ordered(double[] times, Column column)
    {
        List<int> known = [];
        for (int row = 0; row < times.Length; row++) if (!double.IsNaN(times[row])) known.Add(row);
        if (known.Count == 0) throw new TableException(column.Name, found: "no value", expected: "times to split by");
        int[] order = [.. known];
        Array.Sort([.. known.Select(row => times[row])], order);
        return order;
    }

    private static double[] TimesOf(Column column)
    {
        double[] times = new double[column.Count];
        for (int row = 0; row < times.Length; row++)
        {
            times[row] = column.IsMissing(row) ? double.NaN : column switch
            {
                DateColumn date => date.Ticks[row],
                NumberColumn number => number.Values[row],
                IntegerColumn integer => integer.Values[row],
                _ => throw new TableException(column.Name, found: $"a {column.Kind} column", expected: "dates or numbers to split by time"),
            };
        }
        return times;
    }
}
