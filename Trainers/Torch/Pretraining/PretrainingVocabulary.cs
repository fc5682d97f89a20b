namespace MLPipes.Trainers.Torch;

/// <summary>Kinds of vocabulary that are learned from texts.</summary>
public enum PretrainingVocabulary
{
    /// <summary>WordPiece, and an encoder of the BERT kind.</summary>
    WordPiece,

    /// <summary>Pairs of bytes, which spell any text, and an encoder of the RoBERTa kind.</summary>
    BytePairs,
}
