using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Fine-tuning of a text network on the rows of a training set.</summary>
internal sealed class TextJob : IDistillableJob
{
    private readonly TextNetwork network;
    private readonly IAdaptation adaptation;
    private readonly TextExamples train;
    private readonly TextExamples? held;
    private readonly TrainingOptions options;
    private readonly int padId;
    private readonly double headDropout;

    /// <param name="network">What is trained.</param>
    /// <param name="adaptation">Attached to its encoder.</param>
    /// <param name="weights">The weights that are trained.</param>
    /// <param name="train">The examples.</param>
    /// <param name="held">Examples to validate with; null for none.</param>
    /// <param name="options">How.</param>
    /// <param name="padId">Id that fills up sequences.</param>
    public TextJob(TextNetwork network, IAdaptation adaptation, IReadOnlyList<TrainedWeight> weights, TextExamples train, TextExamples? held, TrainingOptions options, int padId)
    {
        (this.network, this.adaptation, Weights, this.train, this.held, this.options, this.padId) = (network, adaptation, weights, train, held, options, padId);
        TextEncoder encoder = network.Encoder;
        Words = encoder.Words = new WordRows(encoder.Embeddings.Words);
        if (options.Dropout is { } dropout) encoder.Dropout = dropout;
        headDropout = options.Dropout ?? encoder.Config.HiddenDropout;
        encoder.RecomputesLayers = options.RecomputesLayers;
    }

    public nn.Module Model => network.Encoder;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words { get; }

    public int Examples => train.Rows.Count;

    public string ScoreName => TextQuality.NameFor(train);

    public long ValidationTokens => held?.Rows.Tokens ?? 0;

    public int TokensOf(int example) => train.Rows.TokensOf(example);

    public MLTask Task => train.Task;

    public int VectorWidth => network.Encoder.Config.HiddenSize;

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        network.Encoder.Noise = step.Noise;
        return LossOf(network.Scores(Batch(examples), step.Noise, headDropout), examples);
    }

    public (Tensor Scores, Tensor Vectors) Outputs(ReadOnlySpan<int> examples, TrainingStep step)
    {
        network.Encoder.Noise = step.Noise;
        TextBatch batch = Batch(examples);
        Tensor pooled = network.Pooled(batch);
        return (network.Head(pooled, batch.Counts, batch.Rest, step.Noise, headDropout), network.MeanOfWindows(pooled, batch.Counts));
    }

    public Tensor LossOf(Tensor scores, ReadOnlySpan<int> examples)
    {
        Tensor loss = TaskLoss.Mean(train.Task, scores, train.TargetsAt(examples), train.WeightsAt(examples), options.LabelSmoothing);
        return adaptation.Penalty() is { } penalty ? loss + penalty : loss;
    }

    public double? Validate(CancellationToken cancel)
    {
        if (held is null) return null;
        int outputs = (int)network.Weight.shape[0];
        float[] scores = new float[held.Rows.Count * outputs];
        using (network.Encoder.HoldWeights()) TextScoring.Scores(network, held.Rows, padId, scores, cancel);
        return TextQuality.Of(held, scores, outputs);
    }

    public void BeforeUpdate(TrainingStep step) => adaptation.BeforeUpdate(step.Number, step.Planned);

    private TextBatch Batch(ReadOnlySpan<int> examples) => TextBatch.Of(train.Rows, examples, padId, network.Encoder.Device);
}
