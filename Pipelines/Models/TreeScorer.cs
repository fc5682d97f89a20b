using System.Buffers;
using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>An ensemble laid out for scoring: small trees by <see cref="TreeBits"/> where the machine can, the others by <see cref="TreeWalk"/>.</summary>
internal sealed class TreeScorer
{
    private const long MaxSetWords = 1 << 24;
    private const long MaxNodes = 1 << 26; // their places are counted in bytes of an int
    private const int StackSlots = 512, StackSums = 64;
    private const int BlockRows = 64;
    private const long BlockBytes = 256 * 1024; // of trees, so that they stay in the second-level cache while a block of rows passes

    private readonly TreeSlots slots;
    private readonly TreeSums sums;
    private readonly TreeBits bits;
    private readonly TreeWalk walk;
    private readonly int trees;
    private readonly int slotCount; // padded for the permutations of TreeBits

    public TreeScorer(Tree[] trees, int[] treeOutputs, double[] biases, double scale)
    {
        TreeOrder order = new(trees, treeOutputs, biases.Length);
        slots = new TreeSlots(trees);
        sums = new TreeSums(order, biases, scale);
        bits = new TreeBits(order, slots);
        walk = new TreeWalk(order, slots);
        this.trees = trees.Length;
        slotCount = Math.Max(slots.Count, TreeBits.MaxSlots);
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
        float[]? rentedSlots = slotCount <= StackSlots ? null : ArrayPool<float>.Shared.Rent(slotCount);
        double[]? rentedSums = sums.Width <= StackSums ? null : ArrayPool<double>.Shared.Rent(sums.Width);
        Span<float> values = rentedSlots ?? stackalloc float[StackSlots];
        Span<double> running = (rentedSums ?? stackalloc double[StackSums])[..sums.Width];
        slots.Fill(row, values);
        running.Clear();
        bits.Add(values, sums, running);
        Span<int> leaves = stackalloc int[TreeWalk.Lanes];
        for (int first = bits.Count; first < trees; first += TreeWalk.Lanes)
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
        if (bits.Count == trees || count < TreeWalk.Lanes)
        {
            for (int i = 0; i < count; i++) Score(rows.Row(start + i), scores.Slice(i * outputs, outputs));
            return;
        }
        float[] slotRows = ArrayPool<float>.Shared.Rent(slotCount * TreeWalk.Lanes), across = ArrayPool<float>.Shared.Rent(checked(slots.Count * BlockRows));
        double[] running = ArrayPool<double>.Shared.Rent(sums.Width * BlockRows);
        for (int from = 0; from < count; from += BlockRows)
            ScoreBlock(rows, start + from, Math.Min(BlockRows, count - from), scores[(from * outputs)..], outputs, slotRows, across, running);
        ArrayPool<float>.Shared.Return(slotRows);
        ArrayPool<float>.Shared.Return(across);
        ArrayPool<double>.Shared.Return(running);
    }

    private void ScoreBlock(FeatureMatrix rows, int start, int count, Span<float> scores, int outputs, Span<float> slotRows, Span<float> across, Span<double> running)
    {
        const int lanes = TreeWalk.Lanes;
        int width = sums.Width, groups = (count + lanes - 1) / lanes, groupSlots = slots.Count * lanes;
        running = running[..(width * BlockRows)];
        running.Clear();
        for (int g = 0; g < groups; g++)
        {
            int filled = Math.Min(lanes, count - (g * lanes));
            for (int i = 0; i < filled; i++)
            {
                Span<float> own = slotRows.Slice(i * slotCount, slotCount);
                slots.Fill(rows.Row(start + (g * lanes) + i), own);
                bits.Add(own, sums, running.Slice(((g * lanes) + i) * width, width));
            }
            // Lanes without a row walk with the values of the last; what they find is not looked at.
            for (int i = filled; i < lanes; i++) slotRows.Slice((filled - 1) * slotCount, slotCount).CopyTo(slotRows[(i * slotCount)..]);
            Turn(slotRows, across.Slice(g * groupSlots, groupSlots));
        }

        Span<int> leaves = stackalloc int[lanes];
        for (int first = bits.Count, next; first < trees; first = next)
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
        for (int i = 0; i < count; i++) sums.Finish(running.Slice(i * width, width), scores.Slice(i * outputs, outputs));
    }

    // From [8 × slots] to [slots × 8].
    private void Turn(ReadOnlySpan<float> slotRows, Span<float> across)
    {
        for (int s = 0; s < slots.Count; s++)
            for (int i = 0; i < TreeWalk.Lanes; i++) across[(s * TreeWalk.Lanes) + i] = slotRows[(i * slotCount) + s];
    }
}
