using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Adds up leaf values: into four running sums where there is one output, so that additions need not wait for each other.</summary>
/// <remarks>The tree at place p of the scoring order adds to running sum p mod 4, on every path, so that all paths give the same bits.</remarks>
internal sealed class TreeSums
{
    private const int Running = 4;

    private readonly double[] leafValues;
    private readonly double[][] tables; // [trees]: where each tree's leaves are
    private readonly LeafLines?[] lines; // [trees], or empty where no leaf is linear
    private readonly int[] leafStarts;
    private readonly int[][] leafOf; // [trees][place − start]: a linear tree's own number of the leaf
    private readonly int[] places; // [trees]: running sum of each tree, or AllOutputs
    private readonly double[] biases;
    private readonly double scale;

    public TreeSums(TreeOrder order, double[] biases, double scale)
    {
        leafValues = order.LeafValues;
        tables = [.. order.LeafTables.Select(t => t ?? leafValues)];
        lines = order.Trees.Any(t => t.Lines is not null) ? [.. order.Trees.Select(t => t.Lines)] : [];
        leafStarts = order.LeafStarts;
        leafOf = [.. lines.Select((l, t) => l is null ? [] : LeavesByPlace(order, t))];
        this.biases = biases;
        this.scale = scale;
        places = biases.Length == 1 ? [.. order.Outputs.Select((_, p) => p % Running)] : order.Outputs;
        Width = biases.Length == 1 ? Running : biases.Length;
    }

    /// <summary>Running sums per row.</summary>
    public int Width { get; }

    /// <summary>Adds the leaf at <paramref name="leaf"/> (an index of the leaf values) of the tree at place <paramref name="tree"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int tree, int leaf, Span<double> sums)
    {
        int place = places[tree];
        if (place >= 0) sums[place] += leafValues[leaf];
        else
            AddRow(tables[tree].AsSpan(leaf, sums.Length), sums);
    }

    /// <summary>Whether some leaf is linear, so that a leaf's value depends on the row.</summary>
    public bool HasLines => lines.Length > 0;

    /// <summary>As <see cref="Add(int, int, Span{double})"/>, with the leaf's linear terms for <paramref name="row"/>.</summary>
    public void Add(int tree, int leaf, FeatureRow row, Span<double> sums)
    {
        if (lines[tree] is { } line) sums[places[tree]] += line.ValueOf(leafOf[tree][leaf - leafStarts[tree]], row, leafValues[leaf]);
        else Add(tree, leaf, sums);
    }

    /// <summary>All leaf values; see <see cref="TreeOrder.LeafValues"/>.</summary>
    public double[] LeafValues => leafValues;

    /// <summary>Whether rows have one output, and so four running sums.</summary>
    public bool IsSingle => biases.Length == 1;

    /// <summary>Adds the leaves of trees <paramref name="first"/> and on.</summary>
    public void Add(int first, ReadOnlySpan<int> leaves, Span<double> sums)
    {
        for (int i = 0; i < leaves.Length; i++) Add(first + i, leaves[i], sums);
    }

    // Each output has its own sum, so that lanes change no order of additions.
    private static void AddRow(ReadOnlySpan<double> leaf, Span<double> sums)
    {
        int k = 0;
        for (; k <= sums.Length - Vector256<double>.Count; k += Vector256<double>.Count)
            (Vector256.Create<double>(sums[k..]) + Vector256.Create<double>(leaf[k..])).CopyTo(sums[k..]);
        for (; k < sums.Length; k++) sums[k] += leaf[k];
    }

    private static int[] LeavesByPlace(TreeOrder order, int tree)
    {
        int[] leaves = new int[order.Trees[tree].LeafCount];
        for (int leaf = 0; leaf < leaves.Length; leaf++) leaves[order.LeafPlace(tree, leaf) - order.LeafStarts[tree]] = leaf;
        return leaves;
    }

    /// <summary>A row's scores from its running sums.</summary>
    public void Finish(ReadOnlySpan<double> sums, Span<float> scores)
    {
        if (biases.Length == 1)
        {
            scores[0] = (float)(biases[0] + (scale * (sums[0] + sums[1] + (sums[2] + sums[3]))));
            return;
        }
        for (int k = 0; k < sums.Length; k++) scores[k] = (float)(biases[k] + (scale * sums[k]));
    }
}
