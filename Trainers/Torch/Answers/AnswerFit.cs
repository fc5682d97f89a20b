using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A fit of <see cref="QuestionAnswerTrainer"/>: from questions to a model.</summary>
internal static class AnswerFit
{
    // A score for early stopping needs no more.
    private const int MostValidated = 500;

    private const double StandardRate = 1e-4;

    /// <summary>Learns from questions.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="train">At least one.</param>
    /// <param name="held">Questions that the best pass is chosen by; may be empty.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress.</param>
    public static AnswerModel Run(QuestionAnswerOptions options, IReadOnlyList<AskedQuestion> train, IReadOnlyList<AskedQuestion> held, FitContext context)
    {
        EncoderChoice.Check(options.Encoder, nameof(QuestionAnswerOptions));
        string directory = ModelStore.Resolve(options.Encoder!, cancel: context.Cancel);
        ITextTokenizer tokenizer = Tokenizers.Load(directory);
        Device device = Devices.Resolve(TorchDevice.Auto);
        TorchRuntime.UseThreads(context.Threads);
        using TextEncoder encoder = TextEncoder.Load(directory, device, tokenizer);
        encoder.Precision = Devices.PrecisionOf(options.Precision, device);
        int maxLength = Math.Min(options.MaxLength, encoder.Config.MaxTokens), pad = Math.Max(0, tokenizer.Special.Pad);
        AnswerWindows cut = new(tokenizer, maxLength);
        List<AnswerWindow> windows = [];
        foreach (AskedQuestion asked in train)
        {
            context.Cancel.ThrowIfCancellationRequested();
            TokenizedText tokens = tokenizer.Tokenize(asked.Context);
            if (AnswerWindows.Covered(tokens, asked.Start, asked.Answer.Length) is { } answer) windows.AddRange(cut.Of(asked.Question, tokens, answer));
        }
        if (windows.Count == 0) throw new TrainingException(nameof(QuestionAnswerTrainer), "no answer covers a token of its context. Check the column of answers and that of their places.");

        using NoiseSource start = new(context.Seed ^ 0x5EED);
        using AnswerNetwork network = new(encoder, AdapterWeights.Normal([2, encoder.Config.HiddenSize], encoder.Config.InitializerRange, start, device), AdapterWeights.Uniform([2], 0, start, device));
        held = [.. held.Take(MostValidated)];
        long tokensHeld = held.Sum(h => (long)tokenizer.Tokenize(h.Context).Count + 20);
        AnswerJob job = new(network, windows, pad, held.Count == 0 ? null : cancel => Score(network, cut, tokenizer, held, cancel), tokensHeld);
        TrainingOptions training = new()
        {
            Epochs = options.MaxEpoch,
            BatchSize = options.BatchSize,
            LearningRate = options.LearningRate ?? StandardRate,
            MaxLength = maxLength,
            Precision = options.Precision,
            Patience = held.Count > 0 ? 2 : 0,
            CheckpointFolder = options.CheckpointFolder,
            LogFolder = options.LogFolder,
        };
        new TrainingLoop(job, training, context with { Validation = null }).Run();
        encoder.Words = null;
        return new AnswerModel(EncoderParts.Of(encoder), tokenizer, TextEncoder.Values(network.Weight), TextEncoder.Values(network.Bias), maxLength, options.Precision);
    }

    private static double Score(AnswerNetwork network, AnswerWindows cut, ITextTokenizer tokenizer, IReadOnlyList<AskedQuestion> held, CancellationToken cancel)
    {
        using IDisposable weights = network.Encoder.HoldWeights();
        string[] found = [.. held.Select(h => AnswerFinder.Find(network, cut, tokenizer, h.Question, h.Context, 1, cancel)).Select(a => a.Count == 0 ? "" : a[0].Text)];
        return AnswerMetrics.Of(found, [.. held.Select(h => (IReadOnlyList<string>)[h.Answer])]).F1;
    }
}
