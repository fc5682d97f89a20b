using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Fine-tuning of a text network on the rows of a training set.</summary>
internal sealed class TextJob : ITrainingJob
{
    private const int ScoringBatch = 64;

    private readonly TextNetwork network;
    private readonly TextExamples train;
    private readonly TextExamples? held;
    private readonly TrainingOptions options;
    private readonly int padId;

    /// <param name="network">What is trained.</param>
    /// <param name="weights">Its weights that are trained.</param>
    /// <param name="train">The examples.</param>
    /// <param name="held">Examples to validate with; null for none.</param>
    /// <param name="options">How.</param>
    /// <param name="padId">Id that fills up sequences.</param>
    public TextJob(TextNetwork network, IReadOnlyList<TrainedWeight> weights, TextExamples train, TextExamples? held, TrainingOptions options, int padId)
    {
        (this.network, Weights, this.train, this.held, this.options, this.padId) = (network, weights, train, held, options, padId);
        TextEncoder encoder = network.Encoder;
        Words = encoder.Words = new WordRows(encoder.Embeddings.Words);
        if (options.Dropout is { } dropout) encoder.Dropout = dropout;
        HeadDropout = options.Dropout ?? encoder.Config.HiddenDropout;
        encoder.RecomputesLayers = options.RecomputesLayers;
    }

    private double HeadDropout { get; }

    public nn.Module Model => network.Encoder;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public WordRows? Words { get; }

    public int Examples => train.Rows.Count;

    public string ScoreName => train.Task == MLTask.Regression ? "minus_squared_error" : "accuracy";

    public long ValidationTokens => held?.Rows.Tokens ?? 0;

    public int TokensOf(int example) => train.Rows.TokensOf(example);

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        network.Encoder.Noise = step.Noise;
        TextBatch batch = TextBatch.Of(train.Rows, examples, padId, network.Encoder.Device);
        Tensor scores = network.Scores(batch, step.Noise, HeadDropout);
        return TaskLoss.Mean(train.Task, scores, Columns(train.Targets, examples), train.Weights.Length == 0 ? [] : Columns(train.Weights, examples), options.LabelSmoothing);
    }

    public double? Validate(CancellationToken cancel)
    {
        if (held is null) return null;
        int outputs = (int)network.Weight.shape[0];
        float[] scores = new float[held.Rows.Count * outputs];
        using (network.Encoder.HoldWeights()) TextScoring.Run(network, held.Rows, padId, ScoringBatch, scores, cancel);
        return Quality(scores, outputs);
    }

    // Accuracy, of which equal ones are told apart by the log-loss; for numbers the squared error, with its sign turned.
    private double Quality(float[] scores, int outputs)
    {
        double right = 0, loss = 0, total = 0;
        for (int row = 0; row < held!.Rows.Count; row++)
        {
            ReadOnlySpan<float> mine = scores.AsSpan(row * outputs, outputs);
            double weight = held.Weights.Length == 0 ? 1 : held.Weights[row], target = held.Targets[row];
            total += weight;
            if (held.Task == MLTask.Regression)
            {
                loss += weight * (mine[0] - target) * (mine[0] - target);
                continue;
            }
            if (outputs == 1)
            {
                loss += weight * Softplus(target > 0.5 ? -mine[0] : mine[0]);
                if (mine[0] > 0 == target > 0.5) right += weight;
                continue;
            }
            int best = 0;
            double sum = 0;
            for (int k = 0; k < outputs; k++) if (mine[k] > mine[best]) best = k;
            for (int k = 0; k < outputs; k++) sum += Math.Exp(mine[k] - mine[best]);
            loss += weight * (mine[best] + Math.Log(sum) - mine[(int)target]);
            if (best == (int)target) right += weight;
        }
        const double tie = 1e-5;
        return held.Task == MLTask.Regression ? -loss / total : (right / total) - (tie * Math.Min(1, loss / total / 100));
    }

    private static double Softplus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));

    private static float[] Columns(float[] values, ReadOnlySpan<int> at)
    {
        float[] taken = new float[at.Length];
        for (int i = 0; i < taken.Length; i++) taken[i] = values[at[i]];
        return taken;
    }
}
