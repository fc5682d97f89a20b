using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Fine-tuning of an encoder to mark where answers begin and end.</summary>
internal sealed class AnswerJob : ITrainingJob
{
    private readonly AnswerNetwork network;
    private readonly IReadOnlyList<AnswerWindow> windows;
    private readonly Func<CancellationToken, double>? validate;
    private readonly int pad;

    /// <param name="network">What is trained.</param>
    /// <param name="windows">The examples.</param>
    /// <param name="pad">Id that fills up sequences.</param>
    /// <param name="validate">Score of the network as it is; null for none.</param>
    /// <param name="validationTokens">Tokens that it reads.</param>
    public AnswerJob(AnswerNetwork network, IReadOnlyList<AnswerWindow> windows, int pad, Func<CancellationToken, double>? validate, long validationTokens)
    {
        (this.network, this.windows, this.pad, this.validate, ValidationTokens) = (network, windows, pad, validate, validationTokens);
        TextEncoder encoder = network.Encoder;
        using IAdaptation full = Adaptations.Create(Adaptation.Full, new AdaptationOptions());
        full.Attach(encoder, seed: 0);
        int top = ParameterGroups.HeadDepth(encoder);
        Weights = [.. ParameterGroups.Of(encoder, full), new("head.weight", network.Weight) { Depth = top }, new("head.bias", network.Bias) { Depth = top }];
        Words = encoder.Words = new WordRows(encoder.Embeddings.Words);
    }

    public nn.Module Model => network.Encoder;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words { get; }

    public int Examples => windows.Count;

    public string ScoreName => "f1";

    public long ValidationTokens { get; }

    public int TokensOf(int example) => windows[example].Tokens.Ids.Length;

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        using DisposeScope scope = NewDisposeScope();
        network.Encoder.Noise = step.Noise;
        AnswerWindow[] batch = new AnswerWindow[examples.Length];
        for (int i = 0; i < batch.Length; i++) batch[i] = windows[examples[i]];
        (Tensor start, Tensor end) = network.LogProbabilities(batch, pad);
        return Mean(start, w => w.Start).Plus(Mean(end, w => w.End), 1).Times(-0.5).MoveToOuterDisposeScope();

        Tensor Mean(Tensor logarithms, Func<AnswerWindow, long> place) =>
            logarithms.gather(1, tensor(Array.ConvertAll(batch, w => place(w)), [batch.Length, 1], device: logarithms.device)).mean();
    }

    public double? Validate(CancellationToken cancel) => validate?.Invoke(cancel);
}
