using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

/// <summary>Trees of random shape, and the plain way of scoring them.</summary>
internal static class RandomTrees
{
    /// <summary>A tree of <paramref name="leaves"/> leaves; leaf values are small integers, so that sums are exact in any order.</summary>
    public static Tree Make(Random random, int leaves, int features, bool categories, int leafWidth = 1)
    {
        int inner = leaves - 1;
        int[] left = new int[inner], right = new int[inner];
        List<(int Node, bool Left)> free = [];
        // Each further node takes the place of a random child; what is free at the end are leaves.
        for (int node = 0; node < inner; node++)
        {
            if (node > 0)
            {
                int pick = random.Next(free.Count);
                (int parent, bool isLeft) = free[pick];
                free.RemoveAt(pick);
                (isLeft ? left : right)[parent] = node;
            }
            free.Add((node, true));
            free.Add((node, false));
        }
        int[] order = [.. Enumerable.Range(0, leaves)];
        random.Shuffle(order);
        for (int i = 0; i < free.Count; i++) (free[i].Left ? left : right)[free[i].Node] = ~order[i];
        return new Tree
        {
            SplitFeature = Fill(inner, () => random.Next(features)),
            Threshold = Fill(inner, () => random.Next(-4, 5) * 0.5f),
            Left = left, Right = right,
            LeafValues = Fill(leaves * leafWidth, () => (double)random.Next(-1000, 1000)),
            DefaultLeft = Fill(inner, () => random.Next(2) == 0),
            Missing = Fill(inner, () => (MissingType)random.Next(3)),
            CategoriesLeft = categories ? Fill(inner, () => random.Next(2) == 0 ? null : Fill(random.Next(4), () => random.Next(40))) : null,
        };
    }

    /// <summary>The same tree with thresholds of which there are hundreds, and that other trees share.</summary>
    public static Tree Fine(Tree tree, Random random)
    {
        for (int i = 0; i < tree.Threshold.Length; i++) tree.Threshold[i] = random.Next(-192, 193) / 64f;
        return tree;
    }

    /// <summary>The same tree with leaf values whose float64 sum depends on the order of the additions.</summary>
    public static Tree Fractions(Tree tree, Random random)
    {
        for (int i = 0; i < tree.LeafValues.Length; i++) tree.LeafValues[i] *= random.NextDouble();
        return tree;
    }

    /// <summary>The same tree with leaf rows that leaves share at random.</summary>
    public static Tree Shared(Tree tree, Random random, int leafWidth)
    {
        int leaves = tree.SplitFeature.Length + 1, rows = random.Next(1, leaves + 1);
        return new Tree
        {
            SplitFeature = tree.SplitFeature, Threshold = tree.Threshold, Left = tree.Left, Right = tree.Right,
            LeafValues = tree.LeafValues[..(rows * leafWidth)], LeafRows = Fill(leaves, () => random.Next(rows)),
            DefaultLeft = tree.DefaultLeft, Missing = tree.Missing, CategoriesLeft = tree.CategoriesLeft,
        };
    }

    /// <summary>The same tree with linear terms at its leaves, some without any.</summary>
    public static Tree Linear(Tree tree, Random random, int features)
    {
        int leaves = tree.SplitFeature.Length + 1;
        List<int> starts = [0], terms = [];
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            terms.AddRange(Enumerable.Range(0, features).Where(_ => random.Next(features) < 2));
            starts.Add(terms.Count);
        }
        return new Tree
        {
            SplitFeature = tree.SplitFeature, Threshold = tree.Threshold, Left = tree.Left, Right = tree.Right, LeafValues = tree.LeafValues,
            DefaultLeft = tree.DefaultLeft, Missing = tree.Missing, CategoriesLeft = tree.CategoriesLeft,
            Lines = new LeafLines
            {
                Constants = Fill(leaves, () => (double)random.Next(-1000, 1000)), Starts = [.. starts], Features = [.. terms],
                Coefficients = Fill(terms.Count, () => random.Next(-8, 9) * 0.25),
            },
        };
    }

    /// <summary>Rows that meet thresholds exactly, miss values, and hold codes known and unknown.</summary>
    public static float[] MakeRows(Random random, int features, int rows) => Fill(features * rows, () => random.Next(10) switch
    {
        0 => float.NaN,
        1 or 2 => 0,
        3 => random.Next(50),
        4 => -1e-36f,
        5 => 1e9f,
        6 => random.Next(-4, 5) * 0.5f,
        7 => float.PositiveInfinity,
        8 => float.NegativeInfinity,
        _ => (float)((random.NextDouble() * 6) - 3),
    });

    /// <summary>The leaf of a row, step by step as the contract has it.</summary>
    public static int LeafOf(Tree tree, ReadOnlySpan<float> row)
    {
        int node = tree.SplitFeature.Length == 0 ? ~0 : 0;
        while (node >= 0) node = GoesLeft(tree, node, row[tree.SplitFeature[node]]) ? tree.Left[node] : tree.Right[node];
        return ~node;
    }

    private static bool GoesLeft(Tree tree, int node, float value)
    {
        if (tree.CategoriesLeft?[node] is { } codes) return value > -1 && value < 1e8f && codes.Contains((int)value);
        MissingType missing = tree.Missing![node];
        if (float.IsNaN(value) && missing != MissingType.NaN) value = 0;
        bool isMissing = missing == MissingType.NaN ? float.IsNaN(value) : missing == MissingType.Zero && MathF.Abs(value) <= 1e-35f;
        return isMissing ? tree.DefaultLeft![node] : value <= tree.Threshold[node];
    }

    private static T[] Fill<T>(int count, Func<T> make)
    {
        T[] values = new T[count];
        for (int i = 0; i < count; i++) values[i] = make();
        return values;
    }
}
