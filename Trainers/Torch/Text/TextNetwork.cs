using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>An encoder and a linear head over its pooled vector and a row's other features: from batches to scores.</summary>
/// <param name="encoder">Owned.</param>
/// <param name="weight">[outputs × hidden + rest], float32; owned.</param>
/// <param name="bias">[outputs]; owned.</param>
/// <param name="pooling">Not <see cref="TextPooling.Auto"/>.</param>
/// <param name="longTexts">How the scores of a row's windows become one.</param>
internal sealed class TextNetwork(TextEncoder encoder, Parameter weight, Parameter bias, TextPooling pooling, LongTexts longTexts) : IDisposable
{
    /// <summary>The encoder.</summary>
    public TextEncoder Encoder => encoder;

    /// <summary>[outputs × hidden + rest].</summary>
    public Parameter Weight => weight;

    /// <summary>[outputs].</summary>
    public Parameter Bias => bias;

    /// <summary>Whether the encoder's pooling layer is used.</summary>
    public bool UsesPooler => pooling == TextPooling.FirstToken && encoder.Pooler is not null;

    /// <summary>Raw scores of a batch's rows: [rows × outputs], float32.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="noise">Where dropout before the head draws from; null for none.</param>
    /// <param name="dropout">Its share.</param>
    public Tensor Scores(TextBatch batch, NoiseSource? noise = null, double dropout = 0) => Head(Pooled(batch), batch.Counts, batch.Rest, noise, dropout);

    /// <summary>One vector a window: [windows × hidden], float32.</summary>
    public Tensor Pooled(TextBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = encoder.forward(batch.Ids, batch.Mask, batch.Types);
        if (pooling == TextPooling.FirstToken)
            return (encoder.Pooler is not null ? encoder.Pool(hidden) : hidden.select(1, 0)).MoveToOuterDisposeScope();
        Tensor mask = batch.Mask.to(ScalarType.Float32);
        Tensor mean = (hidden * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim: true);
        if (pooling == TextPooling.UnitMean) mean = mean / mean.norm(1, keepdim: true).AtLeast(1e-12);
        return mean.MoveToOuterDisposeScope();
    }

    /// <summary>From pooled vectors to scores of rows.</summary>
    /// <param name="pooled">[windows × hidden].</param>
    /// <param name="counts">Windows of each row, [rows].</param>
    /// <param name="rest">[rows × rest]; null for none.</param>
    /// <param name="noise">Where dropout draws from; null for none.</param>
    /// <param name="dropout">Its share.</param>
    public Tensor Head(Tensor pooled, int[] counts, Tensor? rest, NoiseSource? noise, double dropout)
    {
        using DisposeScope scope = NewDisposeScope();
        if (noise is not null) pooled = noise.Dropout(pooled, dropout);
        bool isOneEach = pooled.shape[0] == counts.Length;
        Tensor? at = isOneEach ? null : tensor(RowsOf(counts), device: pooled.device);
        if (rest is not null) pooled = cat([pooled, at is null ? rest : rest.index_select(0, at)], 1);
        Tensor scores = nn.functional.linear(pooled, weight, bias);
        if (at is not null) scores = Gather(scores, at, counts);
        return scores.MoveToOuterDisposeScope();
    }

    /// <summary>One vector a row, the mean of its windows': [rows × hidden].</summary>
    public Tensor MeanOfWindows(Tensor pooled, int[] counts)
    {
        if (pooled.shape[0] == counts.Length) return pooled;
        using DisposeScope scope = NewDisposeScope();
        return Mean(pooled, tensor(RowsOf(counts), device: pooled.device), counts).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        encoder.Dispose();
        weight.Dispose();
        bias.Dispose();
    }

    private Tensor Gather(Tensor scores, Tensor rows, int[] counts)
    {
        if (longTexts == LongTexts.MaxOfWindows)
        {
            Tensor[] each = new Tensor[counts.Length];
            for (int row = 0, start = 0; row < counts.Length; start += counts[row++]) each[row] = scores.narrow(0, start, counts[row]).amax([0L]);
            return stack(each);
        }
        return Mean(scores, rows, counts);
    }

    // The row of each window.
    private static long[] RowsOf(int[] counts) => [.. counts.SelectMany((count, row) => Enumerable.Repeat((long)row, count))];

    private static Tensor Mean(Tensor windows, Tensor rows, int[] counts)
    {
        using Scalar one = 1;
        Tensor sums = zeros([counts.Length, windows.shape[1]], device: windows.device).index_add(0, rows, windows, one);
        return sums / tensor(Array.ConvertAll(counts, c => (float)c), [counts.Length, 1], device: windows.device);
    }
}
