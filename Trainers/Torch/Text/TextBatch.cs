using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Rows as tensors, padded to their longest window.</summary>
/// <param name="Ids">int64, [windows × length].</param>
/// <param name="Mask">int64, [windows × length]: 1 for tokens.</param>
/// <param name="Types">int64, [windows × length]; null where all are 0.</param>
/// <param name="Rest">float32, [rows × rest]; null for none.</param>
/// <param name="Counts">Windows of each row, [rows].</param>
internal sealed record TextBatch(Tensor Ids, Tensor Mask, Tensor? Types, Tensor? Rest, int[] Counts)
{
    /// <summary>The first windows of rows, without their other features; the tensors belong to the caller's dispose scope.</summary>
    public static TextBatch First(WindowedRows rows, ReadOnlySpan<int> at, int padId, Device device)
    {
        TextWindow[][] windows = new TextWindow[at.Length][];
        for (int i = 0; i < at.Length; i++) windows[i] = [rows.Windows(at[i])[0]];
        int[] all = [.. Enumerable.Range(0, at.Length)];
        return Of(new WindowedRows(windows), all, padId, device);
    }

    /// <summary>The rows at <paramref name="at"/>; the tensors belong to the caller's dispose scope.</summary>
    public static TextBatch Of(WindowedRows rows, ReadOnlySpan<int> at, int padId, Device device)
    {
        int[] counts = new int[at.Length];
        int total = 0, length = 0;
        bool hasTypes = false;
        for (int i = 0; i < at.Length; i++)
        {
            ReadOnlySpan<TextWindow> windows = rows.Windows(at[i]);
            total += counts[i] = windows.Length;
            foreach (TextWindow window in windows)
            {
                length = Math.Max(length, window.Ids.Length);
                hasTypes |= window.SecondAt < window.Ids.Length;
            }
        }
        long[] ids = new long[total * length], mask = new long[ids.Length], types = hasTypes ? new long[ids.Length] : [];
        Array.Fill(ids, padId);
        float[] rest = new float[at.Length * rows.RestWidth];
        int start = 0;
        for (int i = 0; i < at.Length; i++)
        {
            rows.Rest(at[i]).CopyTo(rest.AsSpan(i * rows.RestWidth));
            foreach (TextWindow window in rows.Windows(at[i]))
            {
                for (int t = 0; t < window.Ids.Length; t++) ids[start + t] = window.Ids[t];
                mask.AsSpan(start, window.Ids.Length).Fill(1);
                if (hasTypes) types.AsSpan(start + window.SecondAt, window.Ids.Length - window.SecondAt).Fill(1);
                start += length;
            }
        }
        return new TextBatch(tensor(ids, [total, length], device: device), tensor(mask, [total, length], device: device),
            hasTypes ? tensor(types, [total, length], device: device) : null,
            rows.RestWidth > 0 ? tensor(rest, [at.Length, rows.RestWidth], device: device) : null, counts);
    }
}
