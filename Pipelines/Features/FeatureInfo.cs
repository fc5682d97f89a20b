namespace MLPipes.Pipelines;

/// <summary>What one feature of a <see cref="FeatureMatrix"/> is.</summary>
/// <param name="Name">Readable and unique within a plan, for example <c>city=Bern</c> or <c>age.missing</c>.</param>
/// <param name="Column">The input column it comes from; for several, the first.</param>
/// <param name="Categories">0 for a quantity; else the values are category codes 0 … Categories-1 (NaN: missing or unseen).</param>
public sealed record FeatureInfo(string Name, string Column, int Categories = 0)
{
    /// <summary>Whether it is a position in a text and its value a token's id + 1; 0, like an absent value, is no token. See <see cref="TokenLayout"/>.</summary>
    public bool IsTokenId { get; init; }

    /// <summary>
    /// Of token ids, which view of the column's text they are: 0 for its words or pieces in their order, 1 for a bag of runs of characters, whose
    /// order says nothing.
    /// </summary>
    public int TokenStream { get; init; }
}
