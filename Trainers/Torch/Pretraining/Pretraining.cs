using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Masked-language pre-training: an encoder learns a language, or a field's way to use it, from texts without labels.</summary>
/// <remarks>
/// Tokens are hidden and guessed (Devlin et al., NAACL 2019), anew at each epoch, on texts packed to full sequences; one part of the texts is
/// held out, hidden the same way each time, and scored at each epoch. The result is a Hugging Face directory, which fine-tuning takes as its
/// encoder and Python's transformers loads as a model for masked language.
/// </remarks>
public static class Pretraining
{
    private const double ContinuedRate = 2e-4;
    private const long FewTokens = 2_000_000;
    // So many texts are read however little time there is.
    private const int FewestTexts = 100;
    private const int SmallBatch = 16, LargeBatch = 32;

    /// <summary>Pre-trains an encoder on texts and writes it.</summary>
    /// <param name="texts">The texts; see <see cref="TextCorpus"/> for files. Empty ones are left out.</param>
    /// <param name="output">Folder for the result, made where it is not there; files of the same names are replaced.</param>
    /// <param name="options">How.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress; null for the defaults.</param>
    /// <returns>Scores before, during and after, and sizes.</returns>
    /// <exception cref="OptionsException">An option is outside its range.</exception>
    /// <exception cref="TrainingException">There is too little text.</exception>
    /// <exception cref="TorchException">The encoder can't be had, or is damaged; or the result can't be written, which is tried before the training.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is written.</exception>
    public static PretrainingResult Run(IEnumerable<string> texts, string output, PretrainingOptions options, FitContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentException.ThrowIfNullOrEmpty(output);
        context ??= new FitContext();
        Check(options);
        string? directory = options.Encoder is null ? null : ModelStore.Resolve(options.Encoder, cancel: context.Cancel);
        TorchRuntime.UseThreads(context.Threads);
        Device device = Devices.Resolve(options.Device);
        PretrainingTime time = new(context);
        PretrainingTexts split = PretrainingTexts.Split(time.Within(texts, PretrainingTime.Reading, FewestTexts), options.HeldOutShare, context.Seed);

        using DisposeScope scope = NewDisposeScope();
        PretrainingStart start = directory is null ? PretrainingStart.FromScratch(split, options, time, context) : PretrainingStart.FromDirectory(directory, split, options, time, context);
        using MaskedLanguageModel model = start.Model;
        if (device.type != DeviceType.CPU) model.to(device);
        if (directory is null || options.Dropout is not null) model.Encoder.Dropout = options.Dropout ?? 0;
        model.Encoder.Precision = Devices.PrecisionOf(options.Precision, device);

        TrainingOptions training = Training(options, model.Encoder.Config, directory is null, start.Learned.Tokens);
        PretrainingJob job = new(model, start.Learned, start.HeldOut, start.Tokenizer, options, training.Epochs, context.Progress);
        model.eval();
        TimeSpan writing = PretrainingOutput.TimeOfWriting(model, output, context.Time);
        MaskedScore before = job.ScoreFirst(time.Part(PretrainingTime.Scoring), context);
        TrainingOutcome outcome = new TrainingLoop(job, training, time.ForTraining(writing)).Run();
        MaskedScore after = job.Epochs.Count > 0 ? job.Epochs.MinBy(e => e.HeldOut.Perplexity)!.HeldOut : before;
        PretrainingOutput.Write(model, start, output);
        return new PretrainingResult
        {
            Directory = output,
            Documents = split.Learned.Count,
            HeldOutDocuments = split.HeldOut.Count,
            Tokens = start.Learned.Tokens,
            HeldOutMasked = job.HeldOutTargets.Count(),
            VocabularySize = start.Tokenizer.VocabularySize,
            Parameters = job.Weights.Sum(w => w.Value.numel()),
            Commonest = Commonest(start.Counts, job),
            Before = before,
            IsHeadFresh = start.IsHeadFresh,
            After = after,
            Epochs = job.Epochs,
            Updates = outcome.Steps,
            TokensPerSecond = outcome.TokensPerSecond,
            IsShortened = time.IsShortened || outcome.EndedBy == TrainingEnd.Deadline,
        };
    }

    private static void Check(PretrainingOptions options)
    {
        BoundsAttribute.Check(options);
        List<string> problems = [];
        if (options.HiddenSize is { } width && width % 64 != 0) problems.Add($"HiddenSize = {width} is no multiple of 64, the width of an attention head.");
        if (options.Encoder is not null)
        {
            if (options.VocabularySize is not null) problems.Add("VocabularySize is for an encoder from scratch; one that is there has its own vocabulary.");
            if (options.Layers is not null || options.HiddenSize is not null) problems.Add("Layers and HiddenSize are for an encoder from scratch; one that is there has its own.");
        }
        if (problems.Count > 0) throw new OptionsException(nameof(PretrainingOptions), problems);
    }

    private static TrainingOptions Training(PretrainingOptions options, EncoderConfig config, bool isFresh, long tokens) => new()
    {
        Epochs = options.Epochs ?? (isFresh ? 20 : 5),
        BatchSize = options.BatchSize ?? (tokens <= FewTokens ? SmallBatch : LargeBatch),
        LearningRate = options.LearningRate ?? (isFresh ? FreshRate(config) : ContinuedRate),
        MaxLength = options.MaxLength,
        Dropout = options.Dropout,
        Precision = options.Precision,
        Device = options.Device,
        Patience = options.Patience,
        CheckpointFolder = options.CheckpointFolder,
        LogFolder = options.LogFolder,
    };

    // The wider, the smaller the steps that stay stable; 1e-3 at a width of 256, 5e-4 at 512, as common in small BERTs (Turc et al., 2019).
    private static double FreshRate(EncoderConfig config) => Math.Min(1e-3, 0.256 / config.HiddenSize);

    // What guessing without looking gives: the commonest token for the accuracy, the tokens' shares for the perplexity.
    private static MaskedScore Commonest(long[] counts, PretrainingJob job)
    {
        float[] shares = PretrainingStart.Shares(counts);
        long commonest = Array.IndexOf(counts, counts.Max());
        long[] targets = [.. job.HeldOutTargets];
        return new MaskedScore(Math.Exp(-targets.Average(t => (double)shares[t])), targets.Average(t => t == commonest ? 1.0 : 0.0));
    }
}
