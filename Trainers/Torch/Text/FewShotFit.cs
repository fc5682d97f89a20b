using System.Runtime.InteropServices;
using MLPipes.Pipelines;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A fit of <see cref="FewShotTrainer"/>.</summary>
internal static class FewShotFit
{
    // Rows that are timed to know how long embedding takes.
    private const int TimedRows = 64;

    // Time kept for embedding, over what it should take: the head wants some as well.
    private const double HeadMargin = 1.3;

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
        encoder.Words = null;
        if (epochs > 0) Blend(encoder, directory, trainer.PretrainedShare);
        (int[] at, float[] vectors) = Vectors(network, rows, pad, context);
        float[] weights = TaskLoss.Weights(data, ClassWeighting.None);
        (float[] weight, float[] bias) = SoftmaxHead.Fit(vectors, vectors.Length / at.Length, Array.ConvertAll(at, row => classes[row]), Math.Max(2, data.Shape.Classes),
            weights.Length == 0 ? [] : Array.ConvertAll(at, row => weights[row]), trainer.L2, context);
        if (outputs == 1) (weight, bias) = Binary(weight, bias);
        return new TextEncoderModel(shape, EncoderParts.Of(encoder), adapter: null, weight, bias, TextScale.Classes, TaskLink.Of(data.Task), trainer.Precision, Math.Max(1, epochs));
    }

    // Returns the passes that were made; 0 where there is nothing to compare.
    private static int Contrast(FewShotTrainer trainer, TextNetwork network, WindowedRows rows, int[] classes, int pad, FitContext context)
    {
        int epochs = trainer.EpochsFor(rows.Count);
        if (epochs == 0 || classes.Distinct().Count() < 2) return 0;
        FitContext earlier = Earlier(network, rows, pad, context) with { Validation = null };
        if (trainer.Contrast == ContrastTarget.Texts)
        {
            ContrastJob ofTexts = new(network, rows, classes, trainer.Temperature, pad, context.Seed);
            if (ofTexts.Examples > 0) return Train(ofTexts, epochs, trainer, earlier);
            ofTexts.Words?.Dispose();
            return 0;
        }
        (int[] at, float[] vectors) = Vectors(network, rows, pad, earlier);
        using Tensor centres = ClassContrastJob.Centres(vectors, Array.ConvertAll(at, row => classes[row]), classes.Max() + 1, network.Encoder);
        using ClassContrastJob ofClasses = new(network, rows, classes, centres, trainer.Temperature, pad, context.Seed);
        return Train(ofClasses, epochs, trainer, earlier);
    }

    private static int Train(ITrainingJob job, int epochs, FewShotTrainer trainer, FitContext context)
    {
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
        return new TrainingLoop(job, options, context).Run().EpochsKept;
    }

    // The encoder's weights become a mean of theirs and of those that it began with.
    private static void Blend(TextEncoder encoder, string directory, double share)
    {
        if (share == 0) return;
        using IDisposable off = no_grad();
        using TextEncoder before = TextEncoder.Load(directory, encoder.Device);
        foreach ((Parameter now, Parameter then) in encoder.parameters().Zip(before.parameters()))
        {
            using DisposeScope scope = NewDisposeScope();
            now.copy_(now.Times(1 - share).Plus(then, share));
        }
    }

    /// <summary>The context with a deadline that leaves time to embed all rows and to learn the head, as long as a first batch shows it to take.</summary>
    private static FitContext Earlier(TextNetwork network, WindowedRows rows, int pad, FitContext context)
    {
        if (context.Deadline is not { } deadline) return context;
        long start = context.Time.GetTimestamp();
        int[] first = [.. Enumerable.Range(0, Math.Min(TimedRows, rows.Count))];
        Embed(network, rows, [first], pad, new float[rows.Count * (network.Encoder.Config.HiddenSize + rows.RestWidth)], context with { Deadline = null });
        return context with { Deadline = deadline - (context.Time.GetElapsedTime(start) * (HeadMargin * rows.Count / first.Length)) };
    }

    /// <summary>The head's inputs, [rows × hidden + rest]: the mean over a row's windows, and the row's other features; of as many rows as there is time for.</summary>
    /// <returns>Those rows, ascending, at least one batch, and their inputs.</returns>
    private static (int[] At, float[] Vectors) Vectors(TextNetwork network, WindowedRows rows, int pad, FitContext context)
    {
        int width = network.Encoder.Config.HiddenSize + rows.RestWidth;
        float[] vectors = new float[rows.Count * width];
        int[][] batches = TextScoring.Sampled(rows, context.Seed);
        int made = Embed(network, rows, batches, pad, vectors, context);
        if (made == batches.Length) return ([.. Enumerable.Range(0, rows.Count)], vectors);
        int[] at = [.. batches.Take(made).SelectMany(b => b).Order()];
        return (at, [.. at.SelectMany(row => vectors[(row * width)..((row + 1) * width)])]);
    }

    /// <summary>Writes the inputs of the rows of batches, [rows × hidden + rest], until the deadline.</summary>
    /// <returns>How many batches were made, at least one.</returns>
    private static int Embed(TextNetwork network, WindowedRows rows, int[][] batches, int pad, float[] vectors, FitContext context)
    {
        int hidden = network.Encoder.Config.HiddenSize, width = hidden + rows.RestWidth, made = 0;
        network.Encoder.eval();
        using IDisposable held = network.Encoder.HoldWeights();
        using IDisposable off = inference_mode();
        foreach (int[] at in batches)
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (made > 0 && context.IsOutOfTime) break;
            using DisposeScope scope = NewDisposeScope();
            TextBatch batch = TextBatch.Of(rows, at, pad, network.Encoder.Device);
            Tensor means = network.MeanOfWindows(network.Pooled(batch), batch.Counts).cpu().contiguous();
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(means.bytes);
            for (int i = 0; i < at.Length; i++)
            {
                Span<float> own = vectors.AsSpan(at[i] * width, width);
                values.Slice(i * hidden, hidden).CopyTo(own);
                rows.Rest(at[i]).CopyTo(own[hidden..]);
            }
            made++;
        }
        return made;
    }

    // The score of the second class against the first.
    private static (float[] Weight, float[] Bias) Binary(float[] weight, float[] bias)
    {
        int width = weight.Length / 2;
        return ([.. Enumerable.Range(0, width).Select(j => weight[width + j] - weight[j])], [bias[1] - bias[0]]);
    }
}
