namespace MLPipes.Pipelines;

/// <summary>What a <see cref="TreeBlock"/> will look up: its trees' splits by slot and threshold, and whether that beats walking.</summary>
internal sealed class TreeBlockPlan
{
    // In instructions, roughly: a search of one level of keys, a look's other work, and a step down one tree.
    private const int SearchCost = 8, LookCost = 5, StepCost = 6;

    /// <summary>A split of tree <paramref name="Tree"/> (from 0 within the block): beyond the threshold only the mask's leaves remain.</summary>
    public readonly record struct Split(int Slot, float Threshold, int Tree, ulong Mask);

    /// <summary>The splits on one slot, by threshold: elements <paramref name="From"/> to <paramref name="To"/> − 1 of the splits.</summary>
    public readonly record struct Look(int Slot, int From, int To, int Keys);

    private int walkSteps;

    /// <param name="order">The ensemble.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="first">The block's first tree.</param>
    /// <param name="count">Its trees, none with more than 64 leaves.</param>
    public TreeBlockPlan(TreeOrder order, TreeSlots slots, int first, int count)
    {
        (First, Count) = (first, count);
        WordBytes = WordBytesOf(order.Trees[first + count - 1]);
        RowBytes = ((count * WordBytes) + TreeBlock.Step - 1) / TreeBlock.Step * TreeBlock.Step;
        LeafStarts = order.LeafStarts[first..(first + count)];
        LeafWidths = order.LeafWidths[first..(first + count)];
        List<Split> splits = [];
        for (int t = 0; t < count; t++) AddSplits(order.Trees[first + t], t, slots, splits);
        splits.Sort((a, b) => a.Slot != b.Slot ? a.Slot.CompareTo(b.Slot) : a.Threshold.CompareTo(b.Threshold));
        Splits = [.. splits];
        List<Look> looks = [];
        for (int from = 0, to; from < splits.Count; from = to)
        {
            int keys = 1;
            for (to = from + 1; to < splits.Count && splits[to].Slot == splits[from].Slot; to++)
                if (splits[to].Threshold != splits[to - 1].Threshold) keys++;
            looks.Add(new Look(splits[from].Slot, from, to, keys));
        }
        // By depth of search, so that the end of a search is foreseen.
        Looks = [.. looks.OrderBy(l => ThresholdKeys.LevelsFor(l.Keys))];
    }

    public int First { get; }

    public int Count { get; }

    /// <summary>Bytes of a tree's word: a bit a leaf from the left on, starting at the lowest, in the largest tree, which is the last.</summary>
    public int WordBytes { get; }

    /// <summary>Bytes of a row of a table: a word a tree, padded.</summary>
    public int RowBytes { get; }

    public int[] LeafStarts { get; }

    public int[] LeafWidths { get; }

    public Split[] Splits { get; }

    public Look[] Looks { get; }

    /// <summary>Whether it costs less than walking down the trees.</summary>
    public bool IsWorthIt
    {
        get
        {
            long cost = Looks.Length * (LookCost + (long)(RowBytes / TreeBlock.Step));
            foreach (Look look in Looks) cost += ThresholdKeys.LevelsFor(look.Keys) * SearchCost;
            return Looks.Length <= TreeLooks.MaxLooks && cost <= (long)walkSteps * StepCost;
        }
    }

    /// <summary>Bytes that hold a bit a leaf.</summary>
    public static int WordBytesOf(Tree tree) => (tree.LeafCount + 7) / 8;

    private void AddSplits(Tree tree, int lane, TreeSlots slots, List<Split> splits)
    {
        int leaves = 0, depth = 0;
        // Depth first, left before right: a split is closed when its left subtree's leaves are known.
        Stack<(int Node, int LeavesBefore, int Depth)> open = new();
        open.Push((tree.InnerCount == 0 ? ~0 : 0, -1, 0));
        while (open.TryPop(out (int Node, int LeavesBefore, int Depth) step))
        {
            if (step.Node < 0)
            {
                leaves++;
                depth = Math.Max(depth, step.Depth);
                continue;
            }
            if (step.LeavesBefore >= 0)
            {
                ulong ruledOut = Lowest(leaves) & ~Lowest(step.LeavesBefore);
                splits.Add(new Split(slots.SlotOf(tree, step.Node), tree.Threshold[step.Node], lane, ~ruledOut));
                continue;
            }
            open.Push((tree.Right[step.Node], -1, step.Depth + 1));
            open.Push((step.Node, leaves, step.Depth));
            open.Push((tree.Left[step.Node], -1, step.Depth + 1));
        }
        walkSteps += depth + 1;
    }

    // As many bits as there are leaves; they never are all 64, since the rightmost leaf is left of nothing.
    private static ulong Lowest(int count) => (1UL << count) - 1;
}
