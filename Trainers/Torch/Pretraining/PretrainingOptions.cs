using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>How an encoder is pre-trained on unlabelled text.</summary>
public sealed record PretrainingOptions
{
    /// <summary>Encoder to go on from: a folder, or a name such as <c>sentence-transformers/all-MiniLM-L6-v2</c>. Null: from scratch, with a vocabulary learned from the texts.</summary>
    public string? Encoder { get; init; }

    /// <summary>Passes over the texts; null: 20 from scratch, 5 for an encoder that is there. A deadline may shorten them.</summary>
    [Bounds(1, 100_000)]
    public int? Epochs { get; init; }

    /// <summary>Most tokens of a sequence, special tokens included; texts are packed into sequences of this length.</summary>
    [Bounds(8, 16_384)]
    public int MaxLength { get; init; } = 128;

    /// <summary>Sequences of an update; null: 16 for up to two million tokens, so that there are updates enough, else 32.</summary>
    [Bounds(1, 65_536)]
    public int? BatchSize { get; init; }

    /// <summary>Highest step size; null: 1e-3 for a small encoder from scratch, less for a larger one, 2e-4 for one that is there.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double? LearningRate { get; init; }

    /// <summary>Share of the tokens that are hidden and have to be guessed, drawn anew each time a sequence is seen.</summary>
    /// <remarks>Of them 80 % become the mask token, 10 % a token by chance and 10 % stay. Source: Devlin et al., BERT, section 3.1; anew each time: Liu et al., RoBERTa, section 4.1.</remarks>
    [Bounds(0, 1, LowIsOpen = true, HighIsOpen = true)]
    public double MaskShare { get; init; } = 0.15;

    /// <summary>Share of the texts that is not learned from, to score by.</summary>
    [Bounds(0, 0.5, LowIsOpen = true)]
    public double HeldOutShare { get; init; } = 0.05;

    /// <summary>From scratch: most pieces of the vocabulary; null: 8,000 to 30,000 by the texts' size.</summary>
    [Bounds(300, 1_000_000)]
    public int? VocabularySize { get; init; }

    /// <summary>From scratch: kind of the vocabulary, and with it of the encoder.</summary>
    public PretrainingVocabulary Vocabulary { get; init; } = PretrainingVocabulary.WordPiece;

    /// <summary>From scratch, WordPiece: whether capitals are lowered and accents stripped.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>From scratch: layers; null: 4, 6 or 12 by the texts' size.</summary>
    [Bounds(1, 256)]
    public int? Layers { get; init; }

    /// <summary>From scratch: width of the layers, a multiple of 64; null: 256, 384 or 512 by the texts' size.</summary>
    [Bounds(64, 16_384)]
    public int? HiddenSize { get; init; }

    /// <summary>Share of values dropped in training; null: none from scratch, the encoder's own for one that is there.</summary>
    /// <remarks>Guessing tokens that are hidden anew each time hardly overfits, and dropout slows it. Source: Lan et al., ALBERT, ICLR 2020, section 4.8.</remarks>
    [Bounds(0, 1, HighIsOpen = true)]
    public double? Dropout { get; init; }

    /// <summary>Number format of the large matrix products.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>Where the network lives.</summary>
    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    /// <summary>Validations in a row without a better score before training ends; 0 never ends it. The best weights are kept either way.</summary>
    [Bounds(0, 100_000)]
    public int Patience { get; init; }

    /// <summary>Folder of the checkpoint: training goes on from one that is there, and leaves one behind. Null: none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Folder for TensorBoard's event files. Null: none.</summary>
    public string? LogFolder { get; init; }
}
