using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>The words of free text in their order as ids of a vocabulary learned from the rows, and the character runs of rare words: for light text networks.</summary>
/// <remarks>
/// Any script; Chinese and Japanese characters count as words. A word that is not in the vocabulary has the id of the bucket that its hash
/// names, so that words seen once share what they teach. Rare words come a second time as the hashed runs of their characters, as in
/// Bojanowski, Grave, Joulin and Mikolov, Enriching Word Vectors with Subword Information, TACL 2017; departure: frequent words, whose own
/// vectors are learned well, do without.
/// </remarks>
public sealed record WordIds : IFeaturizer<WordIds>
{
    /// <summary>Words of a text from its beginning that are kept.</summary>
    [Bounds(1, 10_000)]
    public int MaxTokens { get; init; } = 400;

    /// <summary>Words in fewer rows than this are known by their bucket alone.</summary>
    [Bounds(1, int.MaxValue)]
    public int MinRows { get; init; } = 2;

    /// <summary>Only so many of the most frequent words are known by themselves.</summary>
    [Bounds(1, 1_000_000)]
    public int MaxWords { get; init; } = 50_000;

    /// <summary>Buckets for all other words.</summary>
    [Bounds(1, 1 << 20)]
    public int Buckets { get; init; } = 1 << 12;

    /// <summary>
    /// Words in fewer rows than this are rare and give character runs as well; 0, the default, for none: on the text sets of docs/text-search.md they
    /// made the bags of embeddings worse, since they tell single rows apart.
    /// </summary>
    [Bounds(0, int.MaxValue)]
    public int RunRows { get; init; }

    /// <summary>Buckets for character runs.</summary>
    [Bounds(1, 1 << 20)]
    public int RunBuckets { get; init; } = 1 << 15;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("word-ids", "Words of free text in their order as ids of a learned vocabulary, with character runs of rare ones, in any script.", ColumnRole.Text)
    {
        Suits = needs => needs.HasFlag(Needs.WordIds),
        Gives = Needs.WordIds,
        Priority = 10,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        Vocabulary vocabulary = Vocabulary.Learn(column, words: 1, MinRows, maxShare: 1, MaxWords, context.Cancel);
        if (vocabulary.Terms.Length == 0) return FeaturizerFit.Decline($"no word stands in {MinRows} rows or more");
        int frequent = vocabulary.Documents.TakeWhile(rows => rows >= RunRows).Count();
        WordStreams streams = new(vocabulary, Buckets, RunRows == 0 ? int.MaxValue : frequent, RunBuckets);
        int longest = 1, runs = 0;
        for (int row = 0; row < column.Count; row++)
        {
            if (row % 1024 == 0) context.Cancel.ThrowIfCancellationRequested();
            (int words, int own) = CellText.WithText(column, row, (streams, MaxTokens), static (s, text) => s.streams.Count(text, s.MaxTokens));
            longest = Math.Max(longest, words);
            runs = Math.Max(runs, own);
        }
        return FeaturizerFit.Of(new WordIdsTransform(column.Name, streams, longest, Math.Min(runs, MaxTokens)));
    }
}

/// <summary>Positions of a text that hold word ids, then positions that hold ids of character runs.</summary>
public sealed class WordIdsTransform : ITransform, IPlainPart<WordIdsTransform>
{
    private const int MaxPositions = 10_000;

    private readonly string column;
    private readonly WordStreams streams;
    private readonly int words;
    private readonly int runs;

    internal WordIdsTransform(string column, WordStreams streams, int words, int runs)
    {
        this.column = column;
        this.streams = streams;
        this.words = words;
        this.runs = runs;
        Features =
        [
            .. Enumerable.Range(0, words).Select(i => new FeatureInfo($"{column}@{i}", column) { IsTokenId = true }),
            .. Enumerable.Range(0, runs).Select(i => new FeatureInfo($"{column}@run{i}", column) { IsTokenId = true, TokenStream = 1 }),
        ];
    }

    /// <inheritdoc/>
    public static string Kind => "word-ids";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => true;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<int> ids = CellText.WithText(inputs[0], start + i, (streams, words), static (s, text) => s.streams.Find(text, s.words)) ? streams.Words : [];
            for (int at = 0; at < ids.Length; at++) block.Set(i, at, ids[at] + 1);
            ReadOnlySpan<int> own = ids.Length == 0 ? [] : streams.Runs;
            for (int at = 0; at < Math.Min(own.Length, runs); at++) block.Set(i, words + at, own[at] + 1);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Int(words);
        writer.Int(runs);
        streams.Write(writer);
    }

    /// <inheritdoc/>
    public static WordIdsTransform Read(PlainReader reader)
    {
        string column = reader.String();
        int words = reader.Int(1, MaxPositions, "positions"), runs = reader.Int(0, MaxPositions, "run positions");
        return new WordIdsTransform(column, WordStreams.Read(reader), words, runs);
    }
}
