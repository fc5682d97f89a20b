using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Cuts text into the pieces of a fixed vocabulary; immutable, so that any number of threads may share one.</summary>
internal interface ITextTokenizer : IPlainPart
{
    /// <summary>Rows that an embedding table needs: the largest id + 1.</summary>
    int VocabularySize { get; }

    /// <summary>Ids of the tokens with a meaning of their own, and how a sequence is put together of them.</summary>
    SpecialTokens Special { get; }

    /// <summary>The pieces of <paramref name="text"/> without special tokens around them; any text is legal, lone surrogates included.</summary>
    /// <remarks>A special token written out in the text (<c>[MASK]</c>) becomes that token, as in Python's tokenizers.</remarks>
    TokenizedText Tokenize(string text);

    /// <summary>The piece with an id, as the vocabulary spells it; empty for an id that the vocabulary leaves out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside [0, <see cref="VocabularySize"/>).</exception>
    string TokenOf(int id);

    /// <summary>The id of a piece as the vocabulary spells it; -1 where it has none.</summary>
    int IdOf(string token);
}
