using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>An encoder with a score for each token to begin and to end the answer.</summary>
/// <param name="encoder">Owned.</param>
/// <param name="weight">[2 × hidden]; owned.</param>
/// <param name="bias">[2]; owned.</param>
/// <remarks>Source: Devlin et al., BERT, NAACL 2019, section 4.2.</remarks>
internal sealed class AnswerNetwork(TextEncoder encoder, Parameter weight, Parameter bias) : IDisposable
{
    /// <summary>The encoder.</summary>
    public TextEncoder Encoder => encoder;

    /// <summary>[2 × hidden].</summary>
    public Parameter Weight => weight;

    /// <summary>[2].</summary>
    public Parameter Bias => bias;

    /// <summary>Log-probabilities that the answer begins and ends at each place: two of [windows × length]. Only the context and the first token have any.</summary>
    public (Tensor Start, Tensor End) LogProbabilities(IReadOnlyList<AnswerWindow> windows, int pad)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] all = [.. Enumerable.Range(0, windows.Count)];
        TextBatch batch = TextBatch.Of(new WindowedRows([.. windows.Select(w => new[] { w.Tokens })]), all, pad, encoder.Device);
        int length = (int)batch.Ids.shape[1];
        bool[] closed = new bool[windows.Count * length];
        Array.Fill(closed, true);
        for (int i = 0; i < windows.Count; i++)
        {
            closed[i * length] = false;
            closed.AsSpan((i * length) + windows[i].ContextAt, windows[i].Count).Clear();
        }
        Tensor scores = nn.functional.linear(encoder.forward(batch.Ids, batch.Mask, batch.Types), weight, bias);
        Tensor open = scores.Masked(tensor(closed, [windows.Count, length, 1], device: encoder.Device), -1e9).log_softmax(1);
        return scope.MoveToOuter(open.select(2, 0), open.select(2, 1));
    }

    public void Dispose()
    {
        encoder.Dispose();
        weight.Dispose();
        bias.Dispose();
    }
}
