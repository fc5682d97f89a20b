using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLPipes.Pipelines;

/// <summary>Finds the leaves of one row in sixteen small trees at once, by all splits instead of a walk.</summary>
/// <remarks>
/// Number a tree's leaves from left to right as bits. A split that sends the row right rules out the leaves of its left subtree; of
/// what remains after all splits, the leftmost leaf is the row's. (Lucchese et al., "QuickScorer: a fast algorithm to rank documents
/// with additive ensembles of regression trees", SIGIR 2015; there one tree's splits come after each other by feature, here sixteen
/// trees' i-th splits lie side by side in a vector, and the slots are looked up by a permutation of registers.)
/// Takes trees of up to 32 leaves without categories, leaves that are constants, up to 64 slots, and a processor with AVX-512.
/// </remarks>
internal sealed unsafe class TreeBits
{
    public const int Lanes = 16, MaxLeaves = 32, MaxSlots = 64;

    private readonly int[] slots; // [steps × 16]
    private readonly float[] thresholds; // [steps × 16]
    private readonly uint[] masks; // [steps × 16]: leaves that stay possible to the right; the leftmost leaf is the top bit
    private readonly int[] steps; // [groups + 1]
    private readonly int[] leafStarts; // [groups × 16]
    private readonly int[] leafWidths; // [groups × 16]
    private readonly bool fitsOneTable;

    public TreeBits(TreeOrder order, TreeSlots treeSlots)
    {
        if (Avx512CD.IsSupported && treeSlots.Count <= MaxSlots && !Array.Exists(order.Trees, t => t.Lines is not null))
            Count = order.Trees.Take(order.Plain).TakeWhile(t => t.LeafCount <= MaxLeaves).Count();
        int groups = (Count + Lanes - 1) / Lanes;
        steps = new int[groups + 1];
        for (int g = 0; g < groups; g++) steps[g + 1] = steps[g] + order.Trees[(g * Lanes)..Math.Min(Count, (g + 1) * Lanes)].Max(t => t.InnerCount);
        slots = new int[steps[^1] * Lanes];
        thresholds = new float[steps[^1] * Lanes];
        masks = new uint[steps[^1] * Lanes];
        leafStarts = new int[groups * Lanes];
        // Lanes without a tree or without a further split have a split that nothing is above.
        Array.Fill(thresholds, float.PositiveInfinity);
        leafWidths = new int[groups * Lanes];
        for (int lane = 0; lane < groups * Lanes; lane++)
        {
            leafStarts[lane] = lane < Count ? order.LeafStarts[lane] : order.NoLeaf;
            leafWidths[lane] = lane < Count ? order.LeafWidths[lane] : 0;
            if (lane < Count) Add(order.Trees[lane], lane, treeSlots);
        }
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
        fixed (int* slot = slots, start = leafStarts, width = leafWidths)
        fixed (float* threshold = thresholds)
        fixed (uint* mask = masks)
        fixed (double* value = sums.LeafValues)
        {
            Vector512<float> a = Vector512.Load(x), b = Vector512.Load(x + Lanes), c = Vector512.Load(x + (2 * Lanes)), d = Vector512.Load(x + (3 * Lanes));
            Vector256<double> total = Vector256<double>.Zero;
            for (int first = 0, g = 0; first < Count; first += Lanes, g++)
            {
                Vector512<uint> possible = fitsOneTable
                    ? Possible(a, b, slot, threshold, mask, steps[g] * Lanes, steps[g + 1] * Lanes)
                    : Possible(a, b, c, d, slot, threshold, mask, steps[g] * Lanes, steps[g + 1] * Lanes);
                Vector512<int> leaf = (Avx512CD.LeadingZeroCount(possible).AsInt32() * Vector512.Load(width + first)) + Vector512.Load(start + first);
                if (sums.IsSingle)
                {
                    // Lane p mod 4 of the total is running sum p mod 4; lanes without a tree add zero.
                    Vector256<int> low = leaf.GetLower(), high = leaf.GetUpper();
                    total += Avx2.GatherVector256(value, low.GetLower(), sizeof(double));
                    total += Avx2.GatherVector256(value, low.GetUpper(), sizeof(double));
                    total += Avx2.GatherVector256(value, high.GetLower(), sizeof(double));
                    total += Avx2.GatherVector256(value, high.GetUpper(), sizeof(double));
                    continue;
                }
                leaf.Store(found);
                sums.Add(first, new ReadOnlySpan<int>(found, Math.Min(Lanes, Count - first)), running);
            }
            if (sums.IsSingle) (Vector256.Create<double>(running) + total).CopyTo(running);
        }
    }

    private static Vector512<uint> Possible(Vector512<float> a, Vector512<float> b, int* slot, float* threshold, uint* mask, int from, int to)
    {
        Vector512<uint> possible = Vector512<uint>.AllBitsSet;
        for (int i = from; i < to; i += Lanes)
        {
            Vector512<int> at = Vector512.Load(slot + i);
            Vector512<float> right = Vector512.GreaterThan(Avx512F.PermuteVar16x32x2(a, at, b), Vector512.Load(threshold + i));
            possible = Remain(possible, mask + i, right.AsUInt32());
        }
        return possible;
    }

    private static Vector512<uint> Possible(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, int* slot, float* threshold, uint* mask, int from, int to)
    {
        Vector512<uint> possible = Vector512<uint>.AllBitsSet;
        Vector512<int> last = Vector512.Create((2 * Lanes) - 1);
        for (int i = from; i < to; i += Lanes)
        {
            // The permutation looks at the low five bits only.
            Vector512<int> at = Vector512.Load(slot + i);
            Vector512<float> low = Avx512F.PermuteVar16x32x2(a, at, b), high = Avx512F.PermuteVar16x32x2(c, at, d);
            Vector512<float> value = Vector512.ConditionalSelect(Vector512.GreaterThan(at, last).AsSingle(), high, low);
            Vector512<float> right = Vector512.GreaterThan(value, Vector512.Load(threshold + i));
            possible = Remain(possible, mask + i, right.AsUInt32());
        }
        return possible;
    }

    // possible & (mask | ~right), as one instruction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Remain(Vector512<uint> possible, uint* mask, Vector512<uint> right) =>
        Avx512F.TernaryLogic(possible, Vector512.Load(mask), right, 0xD0);

    private void Add(Tree tree, int lane, TreeSlots treeSlots)
    {
        int at = (steps[lane / Lanes] * Lanes) + (lane % Lanes), leaves = 0;
        // Depth first, left before right: a split is closed when its left subtree's leaves are known.
        Stack<(int Node, int LeavesBefore)> open = new();
        open.Push((tree.InnerCount == 0 ? ~0 : 0, -1));
        while (open.TryPop(out (int Node, int LeavesBefore) step))
        {
            if (step.Node < 0)
            {
                leaves++;
                continue;
            }
            if (step.LeavesBefore >= 0)
            {
                slots[at] = treeSlots.SlotOf(tree, step.Node);
                thresholds[at] = tree.Threshold[step.Node];
                masks[at] = ~(Leftmost(leaves) & ~Leftmost(step.LeavesBefore));
                at += Lanes;
                continue;
            }
            open.Push((tree.Right[step.Node], -1));
            open.Push((step.Node, leaves));
            open.Push((tree.Left[step.Node], -1));
        }
    }

    // The top bits, as many as there are leaves.
    private static uint Leftmost(int count) => count == 0 ? 0 : uint.MaxValue << (32 - count);
}
