using System.Runtime.InteropServices;
using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A fit of <see cref="FewShotTrainer"/>.</summary>
internal static class FewShotFit
{
    private const int EmbeddingBatch = 64;

    public static IModel Run(FewShotTrainer trainer, TrainingSet data, FitContext context)
    {
        const string name = nameof(FewShotTrainer);
        BoundsAttribute.Check(trainer);
        EncoderChoice.Check(trainer.Encoder, name);
        string directory = ModelStore.Resolve(trainer.Encoder, cancel: context.Cancel);
        SpecialTokens special = Tokenizers.Load(directory).Special;
        Device device = Devices.Resolve(trainer.Device);
        TorchRuntime.UseThreads(context.Threads);
        using TextEncoder encoder = TextEncoder.Load(directory, device);
        encoder.Precision = Devices.PrecisionOf(trainer.Precision, device);
        TextShape shape = new(TokenLayout.Of(data.Features.Features), special, Math.Min(trainer.MaxLength, encoder.Config.MaxTokens), LongTexts.MeanOfWindows, TextPooling.UnitMean);
        TextWindows cut = shape.Cut();
        if (!cut.HasText) throw new TrainingException(name, "there is no text among the features. Give it at least one text column, featurized by token-ids.");
        WindowedRows rows = new(data.Features, 0, data.Rows, cut, context.Cancel);
        if (rows.HighestId >= encoder.Config.VocabularySize)
            throw new TrainingException(name, $"a token has id {rows.HighestId}, the encoder '{trainer.Encoder}' knows {encoder.Config.VocabularySize}. Featurize the text with the same encoder's token-ids.");

        int outputs = data.Shape.Outputs, pad = Math.Max(0, special.Pad);
        int[] classes = [.. data.Labels.ToArray().Select(label => (int)label)];
        // The network's head is learned last, and apart; until then it only lends its pooling.
        using TextNetwork network = new(encoder, OwnedWeight.Of(zeros(outputs, encoder.Config.HiddenSize + rows.RestWidth)), OwnedWeight.Of(zeros(outputs)), TextPooling.UnitMean, LongTexts.MeanOfWindows);
        int epochs = Contrast(trainer, network, rows, classes, pad, context);
        float[] vectors = Vectors(network, rows, pad, context.Cancel);
        (float[] weight, float[] bias) = SoftmaxHead.Fit(vectors, encoder.Config.HiddenSize + rows.RestWidth, classes, Math.Max(2, data.Shape.Classes), TaskLoss.Weights(data, ClassWeighting.None), trainer.L2, context.Cancel);
        if (outputs == 1) (weight, bias) = Binary(weight, bias);
        return new TextEncoderModel(shape, EncoderParts.Of(encoder), adapter: null, weight, bias, TextScale.Classes, TaskLink.Of(data.Task), trainer.Precision, epochs);
    }

    internal static int Contrast(FewShotTrainer trainer, TextNetwork network, WindowedRows rows, int[] classes, int pad, FitContext context)
    {
        int epochs = FewShotTrainer.EpochsFor(trainer.Epochs, rows.Count);
        if (epochs == 0) return 1;
        ContrastJob job = new(network, rows, classes, trainer.Temperature, pad, context.Seed);
        if (job.Examples == 0) return 1;
        TrainingOptions options = new()
        {
            Epochs = epochs,
            BatchSize = trainer.BatchSize,
            LearningRate = trainer.LearningRate,
            MaxLength = trainer.MaxLength,
            WarmUp = 0.1,
            Precision = trainer.Precision,
            Device = trainer.Device,
        };
        TrainingOutcome outcome = new TrainingLoop(job, options, context with { Validation = null }).Run();
        network.Encoder.Words = null;
        return outcome.EpochsKept;
    }

    /// <summary>The head's inputs, [rows × hidden + rest]: the mean over a row's windows, and the row's other features.</summary>
    internal static float[] Vectors(TextNetwork network, WindowedRows rows, int pad, CancellationToken cancel)
    {
        int hidden = network.Encoder.Config.HiddenSize, width = hidden + rows.RestWidth;
        float[] vectors = new float[rows.Count * width];
        int[] lengths = [.. Enumerable.Range(0, rows.Count).Select(rows.TokensOf)];
        network.Encoder.eval();
        using IDisposable held = network.Encoder.HoldWeights();
        using IDisposable off = inference_mode();
        foreach (int[] at in LengthBuckets.ForScoring(lengths, EmbeddingBatch))
        {
            cancel.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            TextBatch batch = TextBatch.Of(rows, at, pad, network.Encoder.Device);
            Tensor pooled = network.Pooled(batch).cpu().contiguous();
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(pooled.bytes);
            for (int i = 0, window = 0; i < at.Length; i++)
            {
                Span<float> own = vectors.AsSpan(at[i] * width, width);
                for (int left = batch.Counts[i]; left > 0; left--, window++)
                {
                    for (int j = 0; j < hidden; j++) own[j] += values[window * hidden + j] / batch.Counts[i];
                }
                rows.Rest(at[i]).CopyTo(own[hidden..]);
            }
        }
        return vectors;
    }

    // The score of the second class against the first.
    private static (float[] Weight, float[] Bias) Binary(float[] weight, float[] bias)
    {
        int width = weight.Length / 2;
        return ([.. Enumerable.Range(0, width).Select(j => weight[width + j] - weight[j])], [bias[1] - bias[0]]);
    }
}
