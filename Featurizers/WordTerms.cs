using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Words and pairs of words as TF-IDF weights, sparse: for linear trainers.</summary>
/// <remarks>
/// (1 + ln tf) · (ln((1 + n) / (1 + df)) + 1), rows scaled to length 1: what scikit-learn's TfidfVectorizer computes with
/// sublinear_tf. Any script; Chinese and Japanese characters count as words.
/// </remarks>
public sealed record WordTerms : IFeaturizer<WordTerms>
{
    /// <summary>Longest run of neighbouring words that is a term.</summary>
    [Bounds(1, 5)]
    public int MaxWords { get; init; } = 2;

    /// <summary>Terms in fewer rows than this are dropped.</summary>
    [Bounds(1, int.MaxValue)]
    public int MinRows { get; init; } = 2;

    /// <summary>Terms in more than this share of rows are dropped.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double MaxShare { get; init; } = 1;

    /// <summary>Only so many of the most frequent terms are kept.</summary>
    [Bounds(1, 10_000_000)]
    public int MaxTerms { get; init; } = 30_000;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("word-terms", "Words and word pairs of free text as sparse TF-IDF weights, in any script.", ColumnRole.Text)
    {
        Suits = TextViews.AreSparse,
        Priority = 10,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        Vocabulary vocabulary = Vocabulary.Learn(column, MaxWords, MinRows, MaxShare, MaxTerms, context.Cancel);
        return vocabulary.Terms.Length == 0
            ? FeaturizerFit.Decline($"no word stands in {MinRows} rows or more")
            : FeaturizerFit.Of(new WordTermsTransform(column.Name, MaxWords, vocabulary,
                [.. vocabulary.Documents.Select(d => WordTermsTransform.Idf(column.Count, d))], isUnitLength: true, isSparse: true));
    }
}
