using System.Runtime.InteropServices;
using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Sends rows through a network in batches of like lengths.</summary>
internal static class TextScoring
{
    // Tokens and rows of a batch at most: more brings no speed, and takes memory.
    private const int BatchTokens = 8192, BatchRows = 64;

    // Rows among which those of like lengths are found.
    private const int SampleBlock = 1024;

    /// <summary>Raw scores of all rows.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="padId">Id that fills up sequences.</param>
    /// <param name="scores">[rows × outputs], receives them.</param>
    /// <param name="cancel">Asked between batches.</param>
    public static void Scores(TextNetwork network, WindowedRows rows, int padId, Span<float> scores, CancellationToken cancel = default)
    {
        using IDisposable off = inference_mode();
        foreach (int[] at in Batches(rows))
        {
            cancel.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            Spread(network.Scores(TextBatch.Of(rows, at, padId, network.Encoder.Device)), at, scores);
        }
    }

    /// <summary>Raw scores and the mean vector of all rows.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="padId">Id that fills up sequences.</param>
    /// <param name="scores">[rows × outputs], receives them.</param>
    /// <param name="vectors">[rows × hidden], receives them.</param>
    /// <param name="cancel">Asked between batches.</param>
    public static void Outputs(TextNetwork network, WindowedRows rows, int padId, Span<float> scores, Span<float> vectors, CancellationToken cancel)
    {
        using IDisposable off = inference_mode();
        foreach (int[] at in Batches(rows))
        {
            cancel.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            TextBatch batch = TextBatch.Of(rows, at, padId, network.Encoder.Device);
            Tensor pooled = network.Pooled(batch);
            Spread(network.Head(pooled, batch.Counts, batch.Rest, null, 0), at, scores);
            Spread(network.MeanOfWindows(pooled, batch.Counts), at, vectors);
        }
    }

    /// <summary>The encoder's vectors of the windows of as many rows as there is time for, at least one batch.</summary>
    /// <returns>Those rows, ascending, and for each of all rows [windows × hidden], float32, which the caller owns; null where time ended.</returns>
    public static (int[] At, Tensor?[] Vectors) Vectors(TextNetwork network, WindowedRows rows, int padId, FitContext context)
    {
        Tensor?[] vectors = new Tensor?[rows.Count];
        // Not inference mode: gradients of the head are taken with them.
        using IDisposable off = no_grad();
        bool isFirst = true;
        foreach (int[] at in Sampled(rows, context.Seed))
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (!isFirst && context.IsOutOfTime) break;
            isFirst = false;
            using DisposeScope scope = NewDisposeScope();
            TextBatch batch = TextBatch.Of(rows, at, padId, network.Encoder.Device);
            Tensor[] parts = network.Pooled(batch).split(Array.ConvertAll(batch.Counts, c => (long)c));
            for (int i = 0; i < at.Length; i++) vectors[at[i]] = parts[i].clone().DetachFromDisposeScope();
        }
        return ([.. Enumerable.Range(0, rows.Count).Where(row => vectors[row] is not null)], vectors);
    }

    /// <summary>Batches of like lengths in an order of which any beginning is a fair sample of the rows: for work that may run out of time.</summary>
    public static int[][] Sampled(WindowedRows rows, int seed)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        Random random = new(seed);
        random.Shuffle(order);
        int[][] batches = [.. order.Chunk(SampleBlock).SelectMany(block => Batches(rows, block))];
        // A block's batches come longest first.
        random.Shuffle(batches);
        return batches;
    }

    private static void Spread(Tensor given, int[] at, Span<float> into)
    {
        int width = (int)given.shape[1];
        Tensor plain = given.cpu().contiguous();
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(plain.bytes);
        for (int i = 0; i < at.Length; i++) values.Slice(i * width, width).CopyTo(into[(at[i] * width)..]);
    }

    private static IEnumerable<int[]> Batches(WindowedRows rows) => Batches(rows, Enumerable.Range(0, rows.Count));

    private static IEnumerable<int[]> Batches(WindowedRows rows, IEnumerable<int> of)
    {
        int[] order = [.. of.OrderByDescending(rows.TokensOf)];
        for (int start = 0; start < order.Length;)
        {
            int count = Math.Min(order.Length - start, Math.Clamp(BatchTokens / rows.TokensOf(order[start]), 1, BatchRows));
            yield return order[start..(start + count)];
            start += count;
        }
    }
}
