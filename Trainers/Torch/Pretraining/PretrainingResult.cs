namespace MLPipes.Trainers.Torch;

/// <summary>What a pre-training gave.</summary>
public sealed record PretrainingResult
{
    /// <summary>The Hugging Face directory with the encoder.</summary>
    public required string Directory { get; init; }

    /// <summary>Texts learned from.</summary>
    public required int Documents { get; init; }

    /// <summary>Texts scored by.</summary>
    public required int HeldOutDocuments { get; init; }

    /// <summary>Tokens learned from in an epoch.</summary>
    public required long Tokens { get; init; }

    /// <summary>Hidden tokens of the held-out texts that the scores are over.</summary>
    public required int HeldOutMasked { get; init; }

    /// <summary>Pieces of the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Weights of the encoder and its head.</summary>
    public required long Parameters { get; init; }

    /// <summary>Accuracy and perplexity of guessing every hidden token by how common tokens are, without looking at the text.</summary>
    public required MaskedScore Commonest { get; init; }

    /// <summary>Score before the first update.</summary>
    public required MaskedScore Before { get; init; }

    /// <summary>Whether the encoder's directory had no head for masked tokens, so that <see cref="Before"/> is that of a fresh one.</summary>
    public required bool IsHeadFresh { get; init; }

    /// <summary>Score of the weights that were kept.</summary>
    public required MaskedScore After { get; init; }

    /// <summary>All validations.</summary>
    public required IReadOnlyList<PretrainingEpoch> Epochs { get; init; }

    /// <summary>Updates made.</summary>
    public required int Updates { get; init; }

    /// <summary>Tokens of a second of training, validations not counted.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Whether a deadline shortened the epochs.</summary>
    public required bool IsShortened { get; init; }
}
