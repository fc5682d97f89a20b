namespace MLPipes.Pipelines;

/// <summary>The order in which an ensemble's trees are scored, and where in the leaf values each one's leaves lie.</summary>
/// <remarks>
/// Trees without categories first, small before large, so that trees that are scored side by side are alike. The order depends
/// on the trees alone, never on the machine: it is the order in which leaf values are summed, so it decides the last bit.
/// </remarks>
internal sealed class TreeOrder
{
    // Wide leaves of larger trees would be the better part of the memory if they were held twice.
    private const int SmallLeaves = 32;

    private readonly int[][] leafPlaces;

    public TreeOrder(Tree[] trees, int[] treeOutputs, int outputs)
    {
        int[] order = [.. Enumerable.Range(0, trees.Length).OrderBy(t => HasCategories(trees[t])).ThenBy(t => trees[t].LeafCount)];
        Trees = [.. order.Select(t => trees[t])];
        Outputs = [.. order.Select(t => treeOutputs[t])];
        Plain = Trees.TakeWhile(t => !HasCategories(t)).Count();
        LeafStarts = new int[trees.Length];
        LeafWidths = [.. Outputs.Select(o => o == TreeEnsembleModel.AllOutputs ? outputs : 1)];
        leafPlaces = new int[trees.Length][];
        LeafTables = new double[]?[trees.Length];
        List<double> values = [];
        for (int t = 0; t < Trees.Length; t++)
        {
            Tree tree = Trees[t];
            LeafStarts[t] = values.Count;
            leafPlaces[t] = new int[tree.LeafCount];
            if (LeafWidths[t] > 1 && tree.LeafCount > SmallLeaves)
            {
                LeafTables[t] = tree.LeafValues;
                for (int leaf = 0; leaf < tree.LeafCount; leaf++) leafPlaces[t][leaf] = (tree.LeafRows?[leaf] ?? leaf) * LeafWidths[t];
                continue;
            }
            foreach (int leaf in LeavesFromLeft(tree))
            {
                leafPlaces[t][leaf] = values.Count;
                values.AddRange(tree.LeafValues.AsSpan((tree.LeafRows?[leaf] ?? leaf) * LeafWidths[t], LeafWidths[t]));
            }
        }
        // A zero for lanes without a tree.
        NoLeaf = values.Count;
        values.Add(0);
        LeafValues = [.. values];
    }

    /// <summary>The trees in scoring order.</summary>
    public Tree[] Trees { get; }

    /// <summary>The output that each tree adds to, or <see cref="TreeEnsembleModel.AllOutputs"/>.</summary>
    public int[] Outputs { get; }

    /// <summary>How many trees have no categorical split; they come first.</summary>
    public int Plain { get; }

    /// <summary>Where each tree's leftmost leaf lies in <see cref="LeafValues"/>.</summary>
    public int[] LeafStarts { get; }

    /// <summary>Values per leaf of each tree.</summary>
    public int[] LeafWidths { get; }

    /// <summary>The leaf values of each tree that keeps its own; null where they lie in <see cref="LeafValues"/>.</summary>
    public double[]?[] LeafTables { get; }

    /// <summary>The leaf values of all trees without a table, tree by tree in scoring order, each tree's from left to right.</summary>
    public double[] LeafValues { get; }

    /// <summary>Where a zero lies in <see cref="LeafValues"/>.</summary>
    public int NoLeaf { get; }

    /// <summary>Where leaf <paramref name="leaf"/> of the tree at place <paramref name="tree"/> lies in its table or <see cref="LeafValues"/>.</summary>
    public int LeafPlace(int tree, int leaf) => leafPlaces[tree][leaf];

    private static IEnumerable<int> LeavesFromLeft(Tree tree)
    {
        Stack<int> open = new();
        open.Push(tree.InnerCount == 0 ? ~0 : 0);
        while (open.TryPop(out int node))
        {
            if (node < 0)
            {
                yield return ~node;
                continue;
            }
            open.Push(tree.Right[node]);
            open.Push(tree.Left[node]);
        }
    }

    private static bool HasCategories(Tree tree) => tree.CategoriesLeft?.Any(c => c is not null) == true;
}
