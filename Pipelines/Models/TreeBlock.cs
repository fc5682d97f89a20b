using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLPipes.Pipelines;

/// <summary>Finds the leaves of one row in many small trees at once, by the ranks of its values among all their thresholds.</summary>
/// <remarks>
/// Number a tree's leaves from left to right as bits of a word. A split that sends the row right rules out the leaves of its left
/// subtree; of what remains after all splits, the leftmost leaf is the row's. (Lucchese et al., "QuickScorer: a fast algorithm to rank
/// documents with additive ensembles of regression trees", SIGIR 2015.) There, a row meets its splits one by one. Here, a table a slot
/// holds what remains of all trees' leaves for each number of thresholds that a value may be above, all splits on the slot
/// taken together: a row of the ensemble costs a search and one such row of words per slot, however many splits there are.
/// </remarks>
internal sealed unsafe class TreeBlock
{
    /// <summary>Rows of a table are whole vectors of this many bytes.</summary>
    public const int Step = 64;

    public const int MaxRowBytes = 512;

    private readonly byte[] memory; // keys, then tables; pinned, so that looks can point into it
    private readonly TreeLook[] looks; // by the levels of their keys
    private readonly int[] leafStarts;
    private readonly int[] leafWidths;
    private readonly int rowBytes;
    private readonly int wordBytes;

    public TreeBlock(TreeBlockPlan plan)
    {
        (First, Count, rowBytes, wordBytes) = (plan.First, plan.Count, plan.RowBytes, plan.WordBytes);
        (leafStarts, leafWidths) = (plan.LeafStarts, plan.LeafWidths);
        const int nodeBytes = ThresholdKeys.Node * sizeof(float);
        int keyBytes = plan.Looks.Sum(l => ThresholdKeys.NodesFor(l.Keys)) * nodeBytes, tableBytes = plan.Looks.Sum(l => l.Keys + 1) * rowBytes;
        memory = GC.AllocateUninitializedArray<byte>(Step + keyBytes + tableBytes, pinned: true);
        int at = (int)(-(nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory)) & (Step - 1)), rowsAt = at + keyBytes;
        looks = new TreeLook[plan.Looks.Length];
        for (int i = 0; i < looks.Length; i++)
        {
            TreeBlockPlan.Look look = plan.Looks[i];
            Span<byte> keys = memory.AsSpan(at, ThresholdKeys.NodesFor(look.Keys) * nodeBytes), rows = memory.AsSpan(rowsAt, (look.Keys + 1) * rowBytes);
            Fill(plan, look, MemoryMarshal.Cast<byte, float>(keys), rows);
            looks[i] = new TreeLook { Slot = look.Slot, Levels = ThresholdKeys.LevelsFor(look.Keys), Keys = (float*)Unsafe.AsPointer(ref keys[0]), Rows = (byte*)Unsafe.AsPointer(ref rows[0]) };
            at += keys.Length;
            rowsAt += rows.Length;
        }
    }

    /// <summary>The first tree, a multiple of four.</summary>
    public int First { get; }

    /// <summary>How many trees it has.</summary>
    public int Count { get; }

    /// <summary>Adds up a row's leaves in the block's trees.</summary>
    /// <param name="slots">[slots].</param>
    /// <param name="row">The row, for linear leaves.</param>
    /// <param name="sums">Takes the leaves.</param>
    /// <param name="running">The row's running sums.</param>
    [SkipLocalsInit]
    public void Add(ReadOnlySpan<float> slots, FeatureRow row, TreeSums sums, Span<double> running)
    {
        byte* words = stackalloc byte[MaxRowBytes + sizeof(ulong)];
        fixed (float* slot = slots) TreeLooks.Remain(looks, slot, rowBytes, words);
        if (wordBytes <= sizeof(uint)) AddLeaves<uint>(words, row, sums, running);
        else AddLeaves<ulong>(words, row, sums, running);
        GC.KeepAlive(memory);
    }

    private void AddLeaves<T>(byte* words, FeatureRow row, TreeSums sums, Span<double> running) where T : unmanaged, IBinaryInteger<T>
    {
        nint bytes = wordBytes;
        if (!sums.IsSingle || sums.HasLines)
        {
            for (int t = 0; t < Count; t++, words += bytes)
            {
                int leaf = leafStarts[t] + ((int)Leftmost<T>(words) * leafWidths[t]);
                if (sums.HasLines) sums.Add(First + t, leaf, row, running);
                else sums.Add(First + t, leaf, running);
            }
            return;
        }
        // As TreeSums has it: tree p adds to running sum p mod 4.
        fixed (int* starts = leafStarts)
        fixed (double* values = sums.LeafValues)
        {
            double a = running[0], b = running[1], c = running[2], d = running[3];
            int* start = starts, end = starts + leafStarts.Length;
            for (; start <= end - 4; start += 4, words += 4 * bytes)
            {
                a += values[(uint)start[0] + Leftmost<T>(words)];
                b += values[(uint)start[1] + Leftmost<T>(words + bytes)];
                c += values[(uint)start[2] + Leftmost<T>(words + (2 * bytes))];
                d += values[(uint)start[3] + Leftmost<T>(words + (3 * bytes))];
            }
            if (start < end) a += values[(uint)start[0] + Leftmost<T>(words)];
            if (start < end - 1) b += values[(uint)start[1] + Leftmost<T>(words + bytes)];
            if (start < end - 2) c += values[(uint)start[2] + Leftmost<T>(words + (2 * bytes))];
            (running[0], running[1], running[2], running[3]) = (a, b, c, d);
        }
    }

    // What the next tree's word has behind is not looked at: the rightmost leaf's bit always remains.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Leftmost<T>(byte* word) where T : unmanaged, IBinaryInteger<T> => uint.CreateTruncating(T.TrailingZeroCount(*(T*)word));

    private static void Fill(TreeBlockPlan plan, TreeBlockPlan.Look look, Span<float> nodes, Span<byte> rows)
    {
        ReadOnlySpan<TreeBlockPlan.Split> splits = plan.Splits.AsSpan(look.From..look.To);
        float[] keys = new float[look.Keys];
        rows[..plan.RowBytes].Fill(byte.MaxValue);
        int rank = 0;
        for (int i = 0; i < splits.Length; i++)
        {
            if (i == 0 || splits[i].Threshold != splits[i - 1].Threshold)
            {
                keys[rank] = splits[i].Threshold;
                rows.Slice(rank * plan.RowBytes, plan.RowBytes).CopyTo(rows[(++rank * plan.RowBytes)..]);
            }
            Span<byte> word = rows.Slice((rank * plan.RowBytes) + (splits[i].Tree * plan.WordBytes), plan.WordBytes);
            for (int b = 0; b < word.Length; b++) word[b] &= (byte)(splits[i].Mask >> (8 * b));
        }
        ThresholdKeys.Lay(keys, nodes);
    }
}
