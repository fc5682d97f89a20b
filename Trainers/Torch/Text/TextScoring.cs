using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Scores rows in batches of like lengths.</summary>
internal static class TextScoring
{
    // Tokens of a batch at most: more brings no speed, and takes memory.
    private const int BatchTokens = 8192;

    /// <summary>Raw scores of all rows.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="padId">Id that fills up sequences.</param>
    /// <param name="batchSize">Rows of a batch at most.</param>
    /// <param name="scores">[rows × outputs], receives them.</param>
    /// <param name="cancel">Asked between batches.</param>
    public static void Run(TextNetwork network, TextRows rows, int padId, int batchSize, Span<float> scores, CancellationToken cancel = default)
    {
        int outputs = scores.Length / Math.Max(1, rows.Count);
        int[] lengths = new int[rows.Count];
        for (int row = 0; row < lengths.Length; row++) lengths[row] = rows.TokensOf(row);
        int[] order = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(row => lengths[row])];
        using IDisposable off = inference_mode();
        for (int start = 0; start < order.Length;)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(order.Length - start, Math.Clamp(BatchTokens / lengths[order[start]], 1, batchSize));
            ReadOnlySpan<int> at = order.AsSpan(start, count);
            using DisposeScope scope = NewDisposeScope();
            Tensor given = network.Scores(TextBatch.Of(rows, at, padId, network.Encoder.Device)).cpu().contiguous();
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(given.bytes);
            for (int i = 0; i < count; i++) values.Slice(i * outputs, outputs).CopyTo(scores[(at[i] * outputs)..]);
            start += count;
        }
    }
}
