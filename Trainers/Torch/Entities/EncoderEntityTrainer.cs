using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Fine-tunes a pre-trained encoder to tag words: the most accurate where an encoder of the language is at hand and there is time for it.</summary>
/// <remarks>
/// Words are scored by their first pieces and by the patterns of their letters, so that encoders without capitals see them. Long sentences are read in overlapping
/// windows. The best weights by F1 over entities of the validation documents are kept, where there are some.
/// </remarks>
public sealed record EncoderEntityTrainer : IEntityTrainer
{
    /// <summary>Folder or name of the encoder; default the one that MLPIPES_ENCODER names.</summary>
    public string Encoder { get; init; } = EncoderChoice.Default ?? "";

    /// <summary>Which weights learn, and which are added; default all of the encoder's.</summary>
    public Adaptation Adaptation { get; init; } = Adaptation.Full;

    /// <summary>How the adaptation is made.</summary>
    public AdaptationOptions Adapter { get; init; } = new();

    /// <summary>Length, rate, batches, stopping and the rest of the training.</summary>
    public TrainingOptions Training { get; init; } = new() { Epochs = 3, LearningRate = 2e-4, MaxLength = 256, WarmUp = 0.1 };

    /// <summary>What turns scores of words into tags; default a softmax.</summary>
    public EntityHead Head { get; init; } = EntityHead.Softmax;

    /// <summary>How the tags mark where entities begin and end.</summary>
    public TagScheme Scheme { get; init; } = TagScheme.Bio;

    string IEntityTrainer.Key => "encoder";

    /// <summary>Fits a tagger; dispose of it.</summary>
    /// <param name="train">Labelled documents.</param>
    /// <param name="validation">Labelled documents by whose F1 the best weights are kept and training ends early; null for none.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress; null for the defaults.</param>
    /// <exception cref="TableException">A document is not labelled, or there is no entity.</exception>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    /// <exception cref="TorchException">The encoder can't be had.</exception>
    public EntityTagger Fit(EntityDocuments train, EntityDocuments? validation = null, FitContext? context = null) => EntityFitting.Fit(this, train, validation, context);

    /// <summary>Options that suit so many documents: few are read more often, so that there are enough updates to learn from.</summary>
    internal static EncoderEntityTrainer For(string encoder, int documents)
    {
        EncoderEntityTrainer trainer = new() { Encoder = encoder };
        const int leastUpdates = 600, mostEpochs = 20;
        int batch = documents < 2000 ? 16 : trainer.Training.BatchSize, updates = Math.Max(1, documents / batch);
        return trainer with { Training = trainer.Training with { BatchSize = batch, Epochs = Math.Clamp((leastUpdates + updates - 1) / updates, trainer.Training.Epochs, mostEpochs), Patience = 5 } };
    }

    ITagModel IEntityTrainer.Fit(EntityDocuments train, EntityDocuments? validation, TagSet tags, FitContext context)
    {
        Check();
        TorchRuntime.UseThreads(context.Threads);
        string folder = ModelStore.Resolve(Encoder, cancel: context.Cancel);
        Device device = Devices.Resolve(Training.Device);
        ITextTokenizer tokenizer = Tokenizers.Load(folder);
        TextEncoder encoder = TextEncoder.Load(folder, device, tokenizer);
        encoder.Precision = Devices.PrecisionOf(Training.Precision, device);
        encoder.RecomputesLayers = Training.RecomputesLayers;
        if (Training.Dropout is { } share) encoder.Dropout = share;
        IAdaptation adaptation = Adaptations.Begin(Adaptation, Adapter, encoder, context.Seed);
        EncoderTagNetwork network = new(encoder, adaptation, tokenizer, Training.MaxLength, Fresh(encoder.Config.HiddenSize, tags.Count, context.Seed, device), Training.Dropout ?? encoder.Config.HiddenDropout);
        try
        {
            network.Train();
            using ChainHead head = new(tags, Head == EntityHead.Crf, device);
            new TrainingLoop(new TagNetworkJob(network, head, tags, train, validation, Training.LabelSmoothing), Training, context).Run();
            Adaptations.Keep(adaptation, encoder, Encoder);
            network.Merge();
            return new EncoderTagModel(tags, network, head.ToChain());
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private void Check()
    {
        BoundsAttribute.Check(Adapter);
        List<string> problems = [];
        if (string.IsNullOrWhiteSpace(Encoder)) problems.Add("Encoder names none: give a folder or a name, or set MLPIPES_ENCODER.");
        if (Training.ClassWeights != ClassWeighting.None) problems.Add($"Training.ClassWeights = {Training.ClassWeights} is not for tags; leave it at None.");
        if (Head == EntityHead.Crf && Training.LabelSmoothing > 0) problems.Add("Training.LabelSmoothing does not go with Head = Crf.");
        if (problems.Count > 0) throw new OptionsException(nameof(EncoderEntityTrainer), problems);
    }

    /// <summary>The head's weights before training: small normal patterns and weights, no bias.</summary>
    private static (Tensor Patterns, Tensor Weight, Tensor Bias) Fresh(int hidden, int tags, int seed, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        // A stream apart from that of the training's dropout.
        using NoiseSource noise = new(seed ^ 0x5EED);
        int inputs = EncoderTagNetwork.Inputs(hidden);
        Tensor patterns = empty(WordPatterns.Count, EncoderTagNetwork.PatternWidth).normal_(0, 0.5, noise.Next(CPU)), weight = empty(tags, inputs).normal_(0, 0.02, noise.Next(CPU));
        return (patterns.to(device).DetachFromDisposeScope(), weight.to(device).DetachFromDisposeScope(), zeros(tags, device: device).DetachFromDisposeScope());
    }
}
