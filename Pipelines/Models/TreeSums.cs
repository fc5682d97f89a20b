using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>Adds up leaf values: into four running sums where there is one output, so that additions need not wait for each other.</summary>
/// <remarks>The tree at place p of the scoring order adds to running sum p mod 4, on every path, so that all paths give the same bits.</remarks>
internal sealed class TreeSums
{
    private const int Running = 4;

    private readonly double[] leafValues;
    private readonly int[] places; // [trees]: running sum of each tree, or AllOutputs
    private readonly double[] biases;
    private readonly double scale;

    public TreeSums(TreeOrder order, double[] biases, double scale)
    {
        leafValues = order.LeafValues;
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
            for (int k = 0; k < sums.Length; k++) sums[k] += leafValues[leaf + k];
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
