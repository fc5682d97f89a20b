namespace MLPipes.Pipelines;

/// <summary>The trees whose leaves are found by masks, cut into blocks of trees that are looked up together.</summary>
/// <remarks>
/// Takes trees of up to 64 leaves without categories, from the first of the order on, until walking down them would be less work:
/// a block looks at every slot that one of its trees splits on, a walk only at those on its way. Runs on any machine.
/// </remarks>
internal sealed class TreeMasks
{
    /// <summary>The most leaves that a tree's bits can tell apart.</summary>
    public const int MaxLeaves = 64;

    // Of all tables together: the second-level cache is to hold them beside what the program around needs.
    private const long TableBytes = 1024 * 1024;
    private const int Together = 4; // trees: a block starts at the first of the running sums of one output

    private readonly TreeBlock[] blocks;

    public TreeMasks(TreeOrder order, TreeSlots slots)
    {
        int trees = 0;
        long splits = 0, bytes = 0;
        for (; trees < order.Plain && order.Trees[trees].LeafCount <= MaxLeaves && order.LeafTables[trees] is null; trees++)
        {
            splits += order.Trees[trees].InnerCount;
            bytes += TreeBlockPlan.WordBytesOf(order.Trees[trees]);
        }
        // Every split is at most one row of a table. Wide rows need few searches, narrow ones little memory.
        long rowBytes = TreeBlock.MaxRowBytes;
        while (rowBytes > TreeBlock.Step && splits * Math.Min(rowBytes, bytes) > TableBytes) rowBytes /= 2;

        List<TreeBlock> made = [];
        for (int next; Count < trees; Count = next)
        {
            next = EndOfBlock(order, Count, trees, rowBytes);
            TreeBlockPlan plan = new(order, slots, Count, next - Count);
            if (!plan.IsWorthIt) break;
            made.Add(new TreeBlock(plan));
        }
        blocks = [.. made];
    }

    /// <summary>How many trees, from the first of the order, it takes.</summary>
    public int Count { get; }

    /// <summary>The blocks, in the order in which their trees add up.</summary>
    public ReadOnlySpan<TreeBlock> Blocks => blocks;

    // As many blocks as the bytes of a row call for, and about as many trees in each of them.
    private static int EndOfBlock(TreeOrder order, int first, int trees, long rowBytes)
    {
        int left = trees - first, most = Math.Min(left, Together);
        while (most < left && (most + 1) * (long)TreeBlockPlan.WordBytesOf(order.Trees[first + most]) <= rowBytes) most++;
        if (most < left) most = most / Together * Together;
        int blocks = (left + most - 1) / most, each = (left + blocks - 1) / blocks;
        return Math.Min(trees, first + ((each + Together - 1) / Together * Together));
    }
}
