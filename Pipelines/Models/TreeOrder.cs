namespace MLPipes.Pipelines;

/// <summary>The order in which an ensemble's trees are scored, and where in the leaf values each one's leaves lie.</summary>
/// <remarks>
/// Trees without categories first, small before large, so that trees that are scored side by side are alike. The order depends
/// on the trees alone, never on the machine: it is the order in which leaf values are summed, so it decides the last bit.
/// </remarks>
internal sealed class TreeOrder
{
    public TreeOrder(Tree[] trees, int[] treeOutputs, int outputs)
    {
        int[] order = [.. Enumerable.Range(0, trees.Length).OrderBy(t => HasCategories(trees[t])).ThenBy(t => trees[t].LeafCount)];
        Trees = [.. order.Select(t => trees[t])];
        Outputs = [.. order.Select(t => treeOutputs[t])];
        Plain = Trees.TakeWhile(t => !HasCategories(t)).Count();
        LeafStarts = new int[trees.Length];
        LeafWidths = [.. Outputs.Select(o => o == TreeEnsembleModel.AllOutputs ? outputs : 1)];
        int next = 0;
        for (int t = 0; t < Trees.Length; next += Trees[t++].LeafValues.Length) LeafStarts[t] = next;
        // One more value, a zero, for lanes without a tree.
        LeafValues = new double[next + 1];
        NoLeaf = next;
        for (int t = 0; t < Trees.Length; t++) Trees[t].LeafValues.CopyTo(LeafValues, LeafStarts[t]);
    }

    /// <summary>The trees in scoring order.</summary>
    public Tree[] Trees { get; }

    /// <summary>The output that each tree adds to, or <see cref="TreeEnsembleModel.AllOutputs"/>.</summary>
    public int[] Outputs { get; }

    /// <summary>How many trees have no categorical split; they come first.</summary>
    public int Plain { get; }

    /// <summary>Where each tree's leaf 0 lies in <see cref="LeafValues"/>.</summary>
    public int[] LeafStarts { get; }

    /// <summary>Values per leaf of each tree.</summary>
    public int[] LeafWidths { get; }

    /// <summary>All leaf values, tree by tree in scoring order.</summary>
    public double[] LeafValues { get; }

    /// <summary>Where a zero lies in <see cref="LeafValues"/>.</summary>
    public int NoLeaf { get; }

    private static bool HasCategories(Tree tree) => tree.CategoriesLeft?.Any(c => c is not null) == true;
}
