using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Training of the head alone: the encoder stands still, so each row goes through it once, and epochs cost next to nothing.</summary>
internal sealed class HeadJob : ITrainingJob, IDisposable
{
    // Of the time, what embedding may take: epochs cost next to nothing.
    private const double EmbeddingShare = 0.85;

    private readonly TextNetwork network;
    private readonly TextExamples train;
    private readonly TextExamples? held;
    private readonly TrainingOptions options;
    private readonly int[] rows;
    private readonly Tensor?[] vectors, heldVectors;

    /// <summary>Sends the rows through the encoder; where time is short, as many as there is time for, a fair sample.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="weights">The head's weights.</param>
    /// <param name="train">The examples.</param>
    /// <param name="held">Examples to validate with; null for none.</param>
    /// <param name="options">How.</param>
    /// <param name="padId">Id that fills up sequences.</param>
    /// <param name="context">Seed, deadline and cancellation, asked between batches.</param>
    public HeadJob(TextNetwork network, IReadOnlyList<TrainedWeight> weights, TextExamples train, TextExamples? held, TrainingOptions options, int padId, FitContext context)
    {
        (this.network, Weights, this.train, this.options) = (network, weights, train, options);
        using IDisposable still = network.Encoder.HoldWeights();
        double share = train.Rows.Count / (double)(train.Rows.Count + (held?.Rows.Count ?? 0));
        FitContext rest = context with { Deadline = Within(context, EmbeddingShare) };
        (rows, vectors) = TextScoring.Vectors(network, train.Rows, padId, rest with { Deadline = Within(rest, share) });
        (int[] heldRows, heldVectors) = held is null ? ([], []) : TextScoring.Vectors(network, held.Rows, padId, rest);
        // A score of some of the rows would not be the one that others are compared by.
        this.held = heldRows.Length == held?.Rows.Count ? held : null;
    }

    public nn.Module Model => network.Encoder;

    public IReadOnlyList<TrainedWeight> Weights { get; }

    public int Examples => rows.Length;

    public string ScoreName => TextQuality.NameFor(train);

    public long ValidationTokens => held?.Rows.Count ?? 0;

    // A vector counts as one token here: that is what a step costs.
    public int TokensOf(int example) => 1;

    public Tensor Loss(ReadOnlySpan<int> examples, TrainingStep step)
    {
        int[] at = new int[examples.Length];
        for (int i = 0; i < at.Length; i++) at[i] = rows[examples[i]];
        return TaskLoss.Mean(train.Task, Scores(train.Rows, vectors, at, step.Noise), train.TargetsAt(at), train.WeightsAt(at), options.LabelSmoothing);
    }

    public double? Validate(CancellationToken cancel)
    {
        if (held is null) return null;
        int[] all = [.. Enumerable.Range(0, held.Rows.Count)];
        return TextQuality.Of(held, TrainingCheckpoint.ArrayOf(Scores(held.Rows, heldVectors, all, null)), (int)network.Weight.shape[0]);
    }

    public void Dispose()
    {
        foreach (Tensor? vector in (Tensor?[])[.. vectors, .. heldVectors]) vector?.Dispose();
    }

    private static DateTimeOffset? Within(FitContext context, double share) => context.TimeLeft is { } left ? context.Time.GetUtcNow() + (left * share) : null;

    private Tensor Scores(WindowedRows rows, Tensor?[] of, ReadOnlySpan<int> at, NoiseSource? noise)
    {
        Tensor[] mine = new Tensor[at.Length];
        int[] counts = new int[at.Length];
        float[] rest = new float[at.Length * rows.RestWidth];
        for (int i = 0; i < at.Length; i++)
        {
            mine[i] = of[at[i]]!;
            counts[i] = rows.Windows(at[i]).Length;
            rows.Rest(at[i]).CopyTo(rest.AsSpan(i * rows.RestWidth));
        }
        return network.Head(cat(mine), counts, rows.RestWidth > 0 ? tensor(rest, [at.Length, rows.RestWidth], device: mine[0].device) : null, noise, options.Dropout ?? network.Encoder.Config.HiddenDropout);
    }
}
