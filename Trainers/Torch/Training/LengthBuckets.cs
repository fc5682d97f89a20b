namespace MLPipes.Trainers.Torch;

/// <summary>Cuts examples into batches of like lengths, so that little is padded; another order each epoch, the same for the same seed.</summary>
/// <remarks>
/// Examples are shuffled, cut into pools of many batches, sorted by length within a pool and cut into batches, whose order is shuffled again.
/// So a batch is of one length, yet who shares a batch with whom differs from epoch to epoch.
/// </remarks>
internal static class LengthBuckets
{
    private const int BatchesPerPool = 50;

    /// <summary>The batches of an epoch; each example stands in one, each batch but the last of the epoch's shortest pool is full.</summary>
    /// <param name="lengths">Tokens of each example.</param>
    /// <param name="batchSize">Examples a batch.</param>
    /// <param name="seed">Seed of the training.</param>
    /// <param name="epoch">Epoch, from 0.</param>
    public static int[][] For(IReadOnlyList<int> lengths, int batchSize, int seed, int epoch)
    {
        Shuffle shuffle = new(seed, epoch);
        int[] order = [.. Enumerable.Range(0, lengths.Count)];
        shuffle.Apply(order.AsSpan());
        List<int[]> batches = [];
        int pool = Math.Min(order.Length, batchSize * BatchesPerPool);
        for (int start = 0; start < order.Length; start += pool)
        {
            int[] part = order[start..Math.Min(order.Length, start + pool)];
            // A stable sort, so that equal lengths keep their shuffled order.
            part = [.. part.OrderBy(e => lengths[e])];
            for (int at = 0; at < part.Length; at += batchSize) batches.Add(part[at..Math.Min(part.Length, at + batchSize)]);
        }
        int[][] cut = [.. batches];
        shuffle.Apply(cut.AsSpan());
        return cut;
    }

    /// <summary>All examples once in batches from long to short, for scoring: the largest batch comes first, so memory does not grow later.</summary>
    public static int[][] ForScoring(IReadOnlyList<int> lengths, int batchSize)
    {
        int[] order = [.. Enumerable.Range(0, lengths.Count).OrderByDescending(e => lengths[e])];
        return order.Chunk(batchSize).ToArray();
    }

    // Fisher and Yates over numbers that are functions of seed, epoch and place: no state, so that a resumed epoch has the same order.
    private struct Shuffle(int seed, int epoch)
    {
        private readonly ulong stream = NoiseSource.Mix(((ulong)(uint)seed << 32) | (uint)epoch);
        private ulong drawn = 0;

        public void Apply<T>(Span<T> items)
        {
            for (int i = items.Length - 1; i > 0; i--)
            {
                int j = (int)(((UInt128)NoiseSource.Mix(stream + drawn++) * (ulong)(i + 1)) >> 64);
                (items[i], items[j]) = (items[j], items[i]);
            }
        }
    }
}
