namespace MLPipes.Trainers.Torch;

/// <summary>How large a vocabulary is learned, and of what.</summary>
internal sealed record TokenizerTrainingOptions
{
    /// <summary>Most pieces of the vocabulary, special tokens and letters included; at least 300.</summary>
    public int VocabularySize { get; init; } = 8_000;

    /// <summary>How often a pair must stand in the corpus to become a piece; at least 1.</summary>
    public int MinFrequency { get; init; } = 2;

    /// <summary>Lower capitals and strip accents (WordPiece alone).</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Largest share of a WordPiece vocabulary that single characters may take, the most frequent first; what they leave out is unknown. In (0, 0.9].</summary>
    public double LetterShare { get; init; } = 0.5;
}
