using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A tree of one split a level: leaf number = a bit for each level, set where the row goes right.</summary>
/// <param name="Splits">The splits, level by level.</param>
/// <param name="Values">Leaf values, [outputs][leaves].</param>
internal sealed record SymmetricTree(LevelSplit[] Splits, float[][] Values)
{
    /// <summary>The same as an ordinary tree, its leaves scaled.</summary>
    /// <remarks>The order of the levels is free; those by sets of codes go to the top, where a level has fewest nodes to hold its set.</remarks>
    public Tree ToTree(double scale)
    {
        int depth = Splits.Length, inner = (1 << depth) - 1;
        int[] order = [.. Enumerable.Range(0, depth).OrderBy(level => Splits[level].Column.Kind == SplitKind.Quantity)];
        int[] features = new int[inner], left = new int[inner], right = new int[inner];
        float[] thresholds = new float[inner];
        bool[] missingLeft = new bool[inner];
        int[]?[]? codes = Splits.Any(s => s.Column.Kind != SplitKind.Quantity) ? new int[inner][] : null;
        double[] values = new double[(inner + 1) * Values.Length];
        for (int place = 0; place < depth; place++)
        {
            LevelSplit split = Splits[order[place]];
            int first = (1 << place) - 1;
            (int[]? set, bool setGoesRight) = split.Column.Kind == SplitKind.Quantity ? (null, false) : SetOf(split);
            for (int at = 0; at < 1 << place; at++)
            {
                int node = first + at;
                features[node] = split.Column.Feature;
                missingLeft[node] = split.MissingLeft;
                if (set is not null) codes![node] = set;
                else thresholds[node] = split.Bin < split.Column.Bounds.Length ? split.Column.Bounds[split.Bin] : float.MaxValue;
                (int toLeft, int toRight) = (Child(place, at, 0), Child(place, at, 1));
                (left[node], right[node]) = setGoesRight ? (toRight, toLeft) : (toLeft, toRight);
            }
        }
        // Place p of a leaf's path is bit depth − 1 − p of its position from the left, and bit order[p] of its number.
        for (int position = 0; position <= inner; position++)
        {
            int leaf = 0;
            for (int place = 0; place < depth; place++) leaf |= (position >> (depth - 1 - place) & 1) << order[place];
            for (int k = 0; k < Values.Length; k++) values[(position * Values.Length) + k] = scale * Values[k][leaf];
        }
        return new Tree
        {
            SplitFeature = features, Threshold = thresholds, Left = left, Right = right, LeafValues = values, DefaultLeft = missingLeft, CategoriesLeft = codes,
        };

        int Child(int place, int at, int side) => place + 1 < depth ? (2 << place) - 1 + (2 * at) + side : ~((2 * at) + side);
    }

    // An ordinary tree sends what is no code right; the set is of the codes on the other side of that, whichever it is here.
    private static (int[] Set, bool GoesRight) SetOf(LevelSplit split)
    {
        byte[] bins = split.Column.BinOfCode;
        bool missingRight = GoesRight(split, bins[^1]);
        return ([.. Enumerable.Range(0, bins.Length - 1).Where(code => GoesRight(split, bins[code]) != missingRight)], !missingRight);
    }

    private static bool GoesRight(LevelSplit split, int bin) => split.Column.Kind == SplitKind.Statistic ? bin > split.Bin
        : split.Bin == split.Column.MissingBin ? bin == split.Bin : bin != split.Bin;
}
