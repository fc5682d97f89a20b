using System.Buffers;
using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>An ensemble laid out for scoring: small trees by <see cref="TreeMasks"/>, the others by <see cref="TreeWalk"/>.</summary>
internal sealed class TreeScorer
{
    private const long MaxSetWords = 1 << 24;
    private const long MaxNodes = 1 << 26; // their places are counted in bytes of an int
    private const int StackSlots = 512, StackSums = 64;
    private const int BlockRows = 64;
    private const long BlockBytes = 256 * 1024; // of trees, so that they stay in the second-level cache while a block of rows passes

    private readonly TreeSlots slots;
    private readonly TreeSums sums;
    private readonly TreeMasks masks;
    private readonly TreeWalk walk;
    private readonly int trees;

    public TreeScorer(Tree[] trees, int[] treeOutputs, double[] biases, double scale)
    {
        TreeOrder order = new(trees, treeOutputs, biases.Length);
        slots = new TreeSlots(trees);
        sums = new TreeSums(order, biases, scale);
        masks = new TreeMasks(order, slots);
        walk = new TreeWalk(order, slots);
        this.trees = trees.Length;
    }

    /// <summary>What keeps <paramref name="trees"/> from being laid out; null where nothing does.</summary>
    public static string? FindProblem(Tree[] trees)
    {
        long words = 0, nodes = 0, values = 0;
        foreach (Tree tree in trees)
        {
            nodes += tree.InnerCount + tree.LeafCount;
            values += tree.LeafValues.Length;
            foreach (int[]? codes in tree.CategoriesLeft ?? [])
                if (codes is { Length: > 0 }) words += (codes.Max() / 32) + 2;
        }
        return words > MaxSetWords || nodes > MaxNodes || values > int.MaxValue / 2
            ? $"An ensemble of {nodes} nodes with {words} words of category sets is beyond what fits."
            : null;
    }

    [SkipLocalsInit]
    public void Score(FeatureRow row, Span<float> scores)
    {
        float[]? rentedSlots = slots.Count <= StackSlots ? null : ArrayPool<float>.Shared.Rent(slots.Count);
        double[]? rentedSums = sums.Width <= StackSums ? null : ArrayPool<double>.Shared.Rent(sums.Width);
        Span<float> values = rentedSlots ?? stackalloc float[StackSlots];
        Span<double> running = (rentedSums ?? stackalloc double[StackSums])[..sums.Width];
        slots.Fill(row, values);
        running.Clear();
        foreach (TreeBlock block in masks.Blocks) block.Add(values, row, sums, running);
        Span<int> leaves = stackalloc int[TreeWalk.Lanes];
        for (int first = masks.Count; first < trees; first += TreeWalk.Lanes)
        {
            int found = Math.Min(TreeWalk.Lanes, trees - first);
            walk.OneRow(first, values, leaves[..found]);
            if (sums.HasLines)
                for (int i = 0; i < found; i++) sums.Add(first + i, leaves[i], row, running);
            else
                for (int i = 0; i < found; i++) sums.Add(first + i, leaves[i], running);
        }
        sums.Finish(running, scores);
        if (rentedSlots is not null) ArrayPool<float>.Shared.Return(rentedSlots);
        if (rentedSums is not null) ArrayPool<double>.Shared.Return(rentedSums);
    }

    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        int outputs = scores.Length / Math.Max(1, count);
        if (count < TreeWalk.Lanes)
        {
            for (int i = 0; i < count; i++) Score(rows.Row(start + i), scores.Slice(i * outputs, outputs));
            return;
        }
        float[] slotRows = ArrayPool<float>.Shared.Rent(checked(slots.Count * BlockRows)), across = ArrayPool<float>.Shared.Rent(slots.Count * BlockRows);
        double[] running = ArrayPool<double>.Shared.Rent(sums.Width * BlockRows);
        for (int from = 0; from < count; from += BlockRows)
        {
            int filled = Math.Min(BlockRows, count - from);
            Span<double> runningRows = running.AsSpan(0, sums.Width * filled);
            runningRows.Clear();
            for (int i = 0; i < filled; i++) slots.Fill(rows.Row(start + from + i), slotRows.AsSpan(i * slots.Count, slots.Count));
            foreach (TreeBlock block in masks.Blocks)
                for (int i = 0; i < filled; i++) block.Add(slotRows.AsSpan(i * slots.Count, slots.Count), rows.Row(start + from + i), sums, runningRows.Slice(i * sums.Width, sums.Width));
            if (masks.Count < trees) Walk(rows, start + from, filled, slotRows, across, runningRows);
            for (int i = 0; i < filled; i++) sums.Finish(runningRows.Slice(i * sums.Width, sums.Width), scores.Slice((from + i) * outputs, outputs));
        }
        ArrayPool<float>.Shared.Return(slotRows);
        ArrayPool<float>.Shared.Return(across);
        ArrayPool<double>.Shared.Return(running);
    }

    private void Walk(FeatureMatrix rows, int start, int count, ReadOnlySpan<float> slotRows, Span<float> across, Span<double> running)
    {
        const int lanes = TreeWalk.Lanes;
        int width = sums.Width, groups = (count + lanes - 1) / lanes, groupSlots = slots.Count * lanes;
        for (int g = 0; g < groups; g++)
        {
            // Lanes without a row walk with the values of the last; what they find is not looked at.
            for (int i = 0; i < lanes; i++) Turn(slotRows.Slice(Math.Min((g * lanes) + i, count - 1) * slots.Count, slots.Count), across.Slice(g * groupSlots, groupSlots), i);
        }

        Span<int> leaves = stackalloc int[lanes];
        for (int first = masks.Count, next; first < trees; first = next)
        {
            long bytes = walk.SizeOf(first);
            for (next = first + 1; next < trees && bytes + walk.SizeOf(next) <= BlockBytes; next++) bytes += walk.SizeOf(next);
            for (int g = 0; g < groups; g++)
            {
                int filled = Math.Min(lanes, count - (g * lanes));
                ReadOnlySpan<float> group = across.Slice(g * groupSlots, groupSlots);
                for (int t = first; t < next; t++)
                {
                    walk.EightRows(t, group, leaves);
                    if (sums.HasLines)
                        for (int i = 0; i < filled; i++) sums.Add(t, leaves[i], rows.Row(start + (g * lanes) + i), running.Slice(((g * lanes) + i) * width, width));
                    else
                        for (int i = 0; i < filled; i++) sums.Add(t, leaves[i], running.Slice(((g * lanes) + i) * width, width));
                }
            }
        }
    }

    // From [slots] to lane i of [slots × 8].
    private static void Turn(ReadOnlySpan<float> slotRow, Span<float> across, int lane)
    {
        for (int s = 0; s < slotRow.Length; s++) across[(s * TreeWalk.Lanes) + lane] = slotRow[s];
    }
}
