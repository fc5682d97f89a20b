using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLPipes.Pipelines;

/// <summary>Finds the leaves of one row in sixteen small trees at once, by all splits instead of a walk.</summary>
/// <remarks>
/// Number a tree's leaves from left to right as bits. A split that sends the row right rules out the leaves of its left subtree; of
/// what remains after all splits, the leftmost leaf is the row's. (Lucchese et al., "QuickScorer: a fast algorithm to rank documents
/// with additive ensembles of regression trees", SIGIR 2015; there one tree's splits come after each other by feature, here sixteen
/// trees' i-th splits lie side by side in a vector, and the slots are looked up by a permutation of registers.)
/// Takes trees of up to 32 leaves without categories, up to 64 slots, and a processor with AVX-512.
/// </remarks>
internal sealed unsafe class TreeBits
{
    public const int Lanes = 16, MaxLeaves = 32, MaxSlots = 64;

    private readonly byte[] slots; // [steps × 16]
    private readonly float[] thresholds; // [steps × 16]
    private readonly uint[] masks; // [steps × 16]: leaves that stay possible to the right; the leftmost leaf is the top bit
    private readonly int[] steps; // [groups + 1]
    private readonly int[] leafStarts; // [groups × 16]
    private readonly int[] leafOf; // leaf values index by left-to-right number
    private readonly bool fitsOneTable;

    public TreeBits(TreeOrder order, TreeSlots treeSlots)
    {
        if (Avx512CD.IsSupported && treeSlots.Count <= MaxSlots)
            Count = order.Trees.Take(order.Plain).TakeWhile(t => t.LeafCount <= MaxLeaves).Count();
        int groups = (Count + Lanes - 1) / Lanes;
        steps = new int[groups + 1];
        for (int g = 0; g < groups; g++) steps[g + 1] = steps[g] + order.Trees[(g * Lanes)..Math.Min(Count, (g + 1) * Lanes)].Max(t => t.InnerCount);
        slots = new byte[steps[^1] * Lanes];
        thresholds = new float[steps[^1] * Lanes];
        masks = new uint[steps[^1] * Lanes];
        leafStarts = new int[groups * Lanes];
        // Lanes without a tree or without a further split have a split that nothing is above.
        Array.Fill(thresholds, float.PositiveInfinity);
        List<int> leaves = [];
        for (int lane = 0; lane < groups * Lanes; lane++)
        {
            leafStarts[lane] = leaves.Count;
            if (lane < Count) Add(order, lane, treeSlots, leaves);
            else leaves.Add(order.NoLeaf);
        }
        leafOf = [.. leaves];
        fitsOneTable = treeSlots.Count <= 2 * Lanes;
    }

    /// <summary>How many trees, from the first of the order, it takes.</summary>
    public int Count { get; }

    /// <summary>Finds a row's leaves in <see cref="Count"/> trees and adds them up.</summary>
    /// <param name="row">[64 or more]; the slots, and anything behind them.</param>
    /// <param name="sums">Takes the leaves.</param>
    /// <param name="running">The row's running sums.</param>
    public void Add(ReadOnlySpan<float> row, TreeSums sums, Span<double> running)
    {
        int* found = stackalloc int[Lanes];
        fixed (float* x = row)
        fixed (byte* slot = slots)
        fixed (float* threshold = thresholds)
        fixed (uint* mask = masks)
        fixed (int* start = leafStarts)
        {
            Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + Lanes), c = Vector512.Load(x + (2 * Lanes)), d = Vector512.Load(x + (3 * Lanes));
            for (int first = 0, g = 0; first < Count; first += Lanes, g++)
            {
                Vector512<uint> possible = fitsOneTable
                    ? Possible(a, b, slot, threshold, mask, steps[g] * Lanes, steps[g + 1] * Lanes)
                    : Possible(a, b, c, d, slot, threshold, mask, steps[g] * Lanes, steps[g + 1] * Lanes);
                (Avx512CD.LeadingZeroCount(possible).AsInt32() + Vector512.Load(start + first)).Store(found);
                int trees = Math.Min(Lanes, Count - first);
                for (int i = 0; i < trees; i++) found[i] = leafOf[found[i]];
                sums.Add(first, new ReadOnlySpan<int>(found, trees), running);
            }
        }
    }

    private static Vector512<uint> Possible(Vector512<float> a, Vector512<float> b, byte* slot, float* threshold, uint* mask, int from, int to)
    {
        Vector512<uint> possible = Vector512<uint>.AllBitsSet;
        for (int i = from; i < to; i += Lanes)
        {
            Vector512<int> at = Avx512F.ConvertToVector512Int32(Vector128.Load(slot + i));
            Vector512<float> right = Vector512.GreaterThan(Avx512F.PermuteVar16x32x2(a, at, b), Vector512.Load(threshold + i));
            possible = Vector512.ConditionalSelect(right.AsUInt32(), possible & Vector512.Load(mask + i), possible);
        }
        return possible;
    }

    private static Vector512<uint> Possible(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, byte* slot, float* threshold, uint* mask, int from, int to)
    {
        Vector512<uint> possible = Vector512<uint>.AllBitsSet;
        Vector512<int> last = Vector512.Create((2 * Lanes) - 1);
        for (int i = from; i < to; i += Lanes)
        {
            // The permutation looks at the low five bits only.
            Vector512<int> at = Avx512F.ConvertToVector512Int32(Vector128.Load(slot + i));
            Vector512<float> low = Avx512F.PermuteVar16x32x2(a, at, b), high = Avx512F.PermuteVar16x32x2(c, at, d);
            Vector512<float> value = Vector512.ConditionalSelect(Vector512.GreaterThan(at, last).AsSingle(), high, low);
            Vector512<float> right = Vector512.GreaterThan(value, Vector512.Load(threshold + i));
            possible = Vector512.ConditionalSelect(right.AsUInt32(), possible & Vector512.Load(mask + i), possible);
        }
        return possible;
    }

    private void Add(TreeOrder order, int lane, TreeSlots treeSlots, List<int> leaves)
    {
        Tree tree = order.Trees[lane];
        int at = (steps[lane / Lanes] * Lanes) + (lane % Lanes), first = leaves.Count;
        // Depth first, left before right: a split is closed when its left subtree's leaves are known.
        Stack<(int Node, int LeafBefore)> open = new();
        open.Push((tree.InnerCount == 0 ? ~0 : 0, -1));
        while (open.TryPop(out (int Node, int LeafBefore) step))
        {
            if (step.Node < 0)
            {
                leaves.Add(order.LeafStarts[lane] + (~step.Node * order.LeafWidths[lane]));
                continue;
            }
            if (step.LeafBefore >= 0)
            {
                slots[at] = (byte)treeSlots.SlotOf(tree, step.Node);
                thresholds[at] = tree.Threshold[step.Node];
                masks[at] = ~(Leftmost(leaves.Count - first) & ~Leftmost(step.LeafBefore));
                at += Lanes;
                continue;
            }
            open.Push((tree.Right[step.Node], -1));
            open.Push((step.Node, leaves.Count - first));
            open.Push((tree.Left[step.Node], -1));
        }
    }

    // The top bits, as many as there are leaves.
    private static uint Leftmost(int count) => count == 0 ? 0 : uint.MaxValue << (32 - count);
}
