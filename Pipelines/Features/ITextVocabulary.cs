namespace MLPipes.Pipelines;

/// <summary>What a trainer knows of the tokens of its text columns: an id for each, by which it keeps a vector.</summary>
internal interface ITextVocabulary
{
    /// <summary>Where the tokens stand.</summary>
    TokenLayout Layout { get; }

    /// <summary>Number of columns that are read.</summary>
    int Columns { get; }

    /// <summary>Adds the ids of column <paramref name="column"/> of the row in <paramref name="buffer"/>, each at least 0.</summary>
    void AddTo(List<int> found, TokenRow buffer, int column);
}
