using MLPipes.Pipelines;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A fit of <see cref="TextEncoderTrainer"/>: reads the rows, trains the network and leaves plain data.</summary>
internal static class TextFit
{
    private const string PoolingFolder = "1_Pooling";

    public static IModel Run(TextEncoderTrainer trainer, TrainingSet data, FitContext context) =>
        Run(trainer, TextSource.Of(data, trainer.ClassWeights), context.Validation is { Rows: > 0 } held ? TextSource.Of(held, trainer.ClassWeights) : null, data, TaskLink.Of(data.Task), context);

    /// <summary>Fits on rows with one target or several.</summary>
    /// <param name="trainer">How.</param>
    /// <param name="data">The rows.</param>
    /// <param name="validation">Rows to validate with; null for none.</param>
    /// <param name="taught">The rows as a teacher learns them; null where there can't be one.</param>
    /// <param name="link">From scores to predictions.</param>
    /// <param name="context">Seed, threads, time; its validation set is not looked at.</param>
    public static TextEncoderModel Run(TextEncoderTrainer trainer, TextSource data, TextSource? validation, TrainingSet? taught, ILink link, FitContext context)
    {
        const string name = nameof(TextEncoderTrainer);
        BoundsAttribute.Check(trainer.Distillation);
        if (trainer.Teacher.Length > 0 && trainer.Adaptation == Adaptation.HeadOnly)
            throw new OptionsException(name, ["Adaptation = HeadOnly learns from vectors that stand still; a Teacher needs an encoder that learns."]);
        EncoderChoice.Check(trainer.Encoder, name);
        TokenLayout layout = TokenLayout.Of(data.Features.Features);
        string directory = ModelStore.Resolve(trainer.Encoder, cancel: context.Cancel);
        ITextTokenizer tokenizer = Tokenizers.Load(directory);
        SpecialTokens special = tokenizer.Special;
        TextTeacher? teacher = trainer.Teacher.Length == 0 || taught is null ? null : TextTeacher.Train(trainer, tokenizer, taught, context);
        TrainingOptions options = OptionsOf(trainer, TextDefaults.For(trainer, data.Shape));
        Device device = Devices.Resolve(options.Device);
        TorchRuntime.UseThreads(context.Threads);
        using TextEncoder encoder = TextEncoder.Load(directory, device);
        encoder.Precision = Devices.PrecisionOf(options.Precision, device);
        using IAdaptation adaptation = Adaptations.Begin(trainer.Adaptation, trainer.Adapter, encoder, context.Seed);
        TextShape shape = new(layout, special, Math.Min(options.MaxLength, encoder.Config.MaxTokens - encoder.Embeddings.PromptLength), trainer.LongTexts, PoolingOf(trainer.Pooling, directory));
        TextWindows cut = shape.Cut();
        if (!cut.HasText) throw new TrainingException(name, "there is no text among the features. Give it at least one text column, featurized by token-ids.");

        TextScale scale = data.Scale;
        TextExamples train = data.Examples(cut, scale, context.Cancel);
        TextExamples? held = validation?.Examples(cut, scale, context.Cancel);
        int highest = Math.Max(train.Rows.HighestId, held?.Rows.HighestId ?? -1);
        if (highest >= encoder.Config.VocabularySize)
            throw new TrainingException(name, $"a token has id {highest}, the encoder '{trainer.Encoder}' knows {encoder.Config.VocabularySize}. Featurize the text with the same encoder's token-ids.");

        using NoiseSource start = new(context.Seed ^ 0x5EED);
        int outputs = data.Outputs, width = encoder.Config.HiddenSize + layout.Rest.Length;
        using TextNetwork network = new(encoder, new Parameter(Normal(start, [outputs, width], encoder.Config.InitializerRange, device)), new Parameter(zeros(outputs, device: device)), shape.Pooling, shape.LongTexts);
        int pad = Math.Max(0, special.Pad), head = ParameterGroups.HeadDepth(encoder);
        TrainedWeight[] weights = [.. ParameterGroups.Of(encoder, adaptation, network.UsesPooler), new("head.weight", network.Weight) { Depth = head }, new("head.bias", network.Bias) { Depth = head }];
        using HeadJob? headJob = trainer.Adaptation == Adaptation.HeadOnly ? new HeadJob(network, weights, train, held, options, pad, context) : null;
        ITrainingJob job = headJob ?? (ITrainingJob)new TextJob(network, adaptation, weights, train, held, options, pad);
        using DistillationJob? distillation = teacher is null ? null : new DistillationJob((TextJob)job, trainer.Distillation, teacher.Scores, teacher.Vectors, context.Seed);
        if (distillation is not null) job = distillation;
        TrainingOutcome outcome = new TrainingLoop(job, options, context).Run();
        encoder.Words = null;
        Adaptations.Keep(adaptation, encoder, trainer.Encoder);
        if (adaptation.IsMergeable) adaptation.Merge();
        AdapterParts? adapter = adaptation.IsMergeable ? null : AdapterParts.Of(adaptation);
        return new TextEncoderModel(shape, EncoderParts.Of(encoder), adapter, TextEncoder.Values(network.Weight), TextEncoder.Values(network.Bias), scale, link, trainer.Precision,
            outcome.EpochsKept);
    }

    private static TrainingOptions OptionsOf(TextEncoderTrainer trainer, TextDefaults defaults) => new()
    {
        Epochs = defaults.Epochs,
        LearningRate = defaults.LearningRate,
        BatchSize = trainer.BatchSize,
        Accumulation = trainer.Accumulation,
        MaxLength = trainer.MaxLength,
        Schedule = trainer.Schedule,
        WarmUp = trainer.WarmUp,
        LayerDecay = trainer.LayerDecay,
        UnfreezeShare = trainer.UnfreezeShare,
        WeightDecay = trainer.WeightDecay,
        Dropout = trainer.Dropout,
        LabelSmoothing = trainer.LabelSmoothing,
        ClassWeights = trainer.ClassWeights,
        Adversarial = trainer.Adversarial,
        Averaging = trainer.Averaging,
        Patience = trainer.Patience,
        Precision = trainer.Precision,
        RecomputesLayers = trainer.RecomputesLayers,
        Device = trainer.Device,
        CheckpointFolder = trainer.CheckpointFolder,
        LogFolder = trainer.LogFolder,
    };

    private static TextPooling PoolingOf(TextPooling choice, string directory) => choice != TextPooling.Auto ? choice
        : Directory.Exists(Path.Combine(directory, PoolingFolder)) ? TextPooling.Mean : TextPooling.FirstToken;

    private static Tensor Normal(NoiseSource noise, long[] shape, double deviation, Device device) =>
        empty(shape, ScalarType.Float32, device).normal_(0, deviation, noise.Next(device));
}
