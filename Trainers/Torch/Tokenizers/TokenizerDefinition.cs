namespace MLPipes.Trainers.Torch;

/// <summary>All that makes a tokenizer.</summary>
/// <param name="Added">Tokens that stand in a text as they are spelled; ids and spellings differ.</param>
/// <param name="Normalizer">Rewrites the text first; null: it stays.</param>
/// <param name="Splitter">Cuts it into words; null: it is one word.</param>
/// <param name="Model">Cuts words into pieces.</param>
/// <param name="Special">Tokens with a meaning.</param>
internal sealed record TokenizerDefinition(IReadOnlyList<AddedToken> Added, ITextNormalizer? Normalizer, ITextSplitter? Splitter, IPieceModel Model, SpecialTokens Special)
{
    /// <summary>Places of tokens leave out the white space that byte-level pieces begin or end with.</summary>
    public bool TrimsOffsets { get; init; }

    /// <summary>Where <see cref="TrimsOffsets"/>: the splitter put a blank before the text, which has no place to leave out.</summary>
    public bool AddsPrefixBlank { get; init; }
}
