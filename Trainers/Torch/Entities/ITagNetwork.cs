using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A network that scores the tags of words.</summary>
internal interface ITagNetwork : IDisposable
{
    /// <summary>The whole network.</summary>
    nn.Module Module { get; }

    /// <summary>The weights that are trained.</summary>
    IReadOnlyList<TrainedWeight> Weights { get; }

    /// <summary>Factor of the rate of weights that begin at nothing, above those that have learned before.</summary>
    double HeadFactor { get; }

    /// <summary>The lookup of word embeddings; null where there is none to be updated by rows.</summary>
    WordRows? Words { get; }

    /// <summary>Added to the loss of each batch; null for nothing.</summary>
    Tensor? Penalty() => null;

    /// <summary>Called with all gradients in place, before each update.</summary>
    void BeforeUpdate(TrainingStep step) { }

    /// <summary>A run of words as the network reads it: one window, or several for a long one, which together score each word once.</summary>
    IReadOnlyList<ITagWindow> Windows(WordRun run);

    /// <summary>Scores of tags, float32: [words of all windows × tags], windows in their order.</summary>
    /// <param name="windows">Windows that <see cref="Windows"/> made.</param>
    /// <param name="noise">Where dropout draws from; null for none.</param>
    Tensor Emissions(IReadOnlyList<ITagWindow> windows, NoiseSource? noise);
}

/// <summary>What a network reads at once.</summary>
internal interface ITagWindow
{
    /// <summary>The words that it scores.</summary>
    WordRun Scored { get; }

    /// <summary>How long it is, in what the network reads.</summary>
    int Tokens { get; }
}
