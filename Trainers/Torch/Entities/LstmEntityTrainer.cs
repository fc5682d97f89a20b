using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A bidirectional LSTM over words and their characters with a conditional random field, learned from scratch: light, for where no encoder is at hand.</summary>
/// <remarks>Needs libtorch, and more documents than <see cref="CrfEntityTrainer"/> to be better than it.</remarks>
public sealed record LstmEntityTrainer : IEntityTrainer
{
    /// <summary>Width of a word's vector.</summary>
    [Bounds(1, 4096)]
    public int WordWidth { get; init; } = 100;

    /// <summary>Width of a character's vector.</summary>
    [Bounds(1, 4096)]
    public int CharacterWidth { get; init; } = 30;

    /// <summary>Features that are made of a word's characters.</summary>
    [Bounds(1, 4096)]
    public int Filters { get; init; } = 50;

    /// <summary>Width of each direction of the LSTM.</summary>
    [Bounds(1, 4096)]
    public int Hidden { get; init; } = 128;

    /// <summary>Length, rate, batches, stopping and the rest of the training.</summary>
    public TrainingOptions Training { get; init; } = new() { Epochs = 15, LearningRate = 3e-3, BatchSize = 32, WarmUp = 0.02, WeightDecay = 0.01, ClipNorm = 5 };

    /// <summary>What turns scores of words into tags; default a conditional random field.</summary>
    public EntityHead Head { get; init; } = EntityHead.Crf;

    /// <summary>How the tags mark where entities begin and end.</summary>
    public TagScheme Scheme { get; init; } = TagScheme.Bioes;

    string IEntityTrainer.Key => "bilstm";

    /// <summary>Fits a tagger; dispose of it.</summary>
    /// <param name="train">Labelled documents.</param>
    /// <param name="validation">Labelled documents by whose F1 the best weights are kept and training ends early; null for none.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress; null for the defaults.</param>
    /// <exception cref="TableException">A document is not labelled, or there is no entity.</exception>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    /// <exception cref="TorchException">libtorch can't be used.</exception>
    public EntityTagger Fit(EntityDocuments train, EntityDocuments? validation = null, FitContext? context = null) => EntityFitting.Fit(this, train, validation, context);

    /// <summary>Options that suit so many words: few are read more often.</summary>
    internal static LstmEntityTrainer For(long words)
    {
        LstmEntityTrainer trainer = new();
        return trainer with { Training = trainer.Training with { Epochs = words < 50_000 ? 40 : trainer.Training.Epochs, BatchSize = words < 50_000 ? 8 : trainer.Training.BatchSize, Patience = 6 } };
    }

    ITagModel IEntityTrainer.Fit(EntityDocuments train, EntityDocuments? validation, TagSet tags, FitContext context)
    {
        if (Training.ClassWeights != ClassWeighting.None || (Head == EntityHead.Crf && Training.LabelSmoothing > 0))
            throw new OptionsException(nameof(LstmEntityTrainer), ["Training.ClassWeights is not for tags, and Training.LabelSmoothing does not go with Head = Crf; leave them at None and 0."]);
        TorchRuntime.UseThreads(context.Threads);
        Device device = Devices.Resolve(Training.Device);
        LstmTagNetwork network = new(WordVocabulary.Of(train), new LstmSizes(WordWidth, CharacterWidth, Filters, Hidden), tags.Count, context.Seed, device);
        try
        {
            using ChainHead head = new(tags, Head == EntityHead.Crf, device);
            new TrainingLoop(new TagNetworkJob(network, head, tags, train, validation, Training.LabelSmoothing), Training, context).Run();
            return new LstmTagModel(tags, network, head.ToChain());
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
