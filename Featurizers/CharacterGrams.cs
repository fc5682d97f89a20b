using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Runs of characters as hashed TF-IDF weights, sparse, beside the words: for spelling, endings, and scripts without spaces.</summary>
public sealed record CharacterGrams : IFeaturizer<CharacterGrams>
{
    /// <summary>Shortest run.</summary>
    [Bounds(1, 10)]
    public int MinLength { get; init; } = 2;

    /// <summary>Longest run.</summary>
    [Bounds(1, 10)]
    public int MaxLength { get; init; } = 4;

    /// <summary>Most features that runs are hashed into; few rows get fewer, the power of two from four times their number on.</summary>
    [Bounds(2, 1 << 20)]
    public int Buckets { get; init; } = 1 << 15;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("character-grams", "Runs of characters of free text, hashed to sparse TF-IDF weights, beside its words.", ColumnRole.Text)
    {
        Suits = TextViews.AreSparse,
        Adds = true,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        if (MinLength > MaxLength) throw new OptionsException(nameof(CharacterGrams), [$"MinLength = {MinLength} is above MaxLength = {MaxLength}."]);
        Column column = columns[0];
        int buckets = (int)Math.Min((uint)Buckets, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(4L * column.Count, 256, 1 << 20)));
        int[] documents = new int[buckets], last = new int[buckets];
        Array.Fill(last, -1);
        TermBuffer buffer = TermBuffer.Mine;
        for (int row = 0; row < column.Count; row++)
        {
            if (row % 1024 == 0) context.Cancel.ThrowIfCancellationRequested();
            CellText.WithText(column, row, (buffer, MinLength, MaxLength), static (s, text) => s.buffer.Characters(text, s.MinLength, s.MaxLength));
            foreach (ulong hash in buffer.Hashes)
            {
                int at = (int)(hash % (uint)buckets);
                if (last[at] != row) documents[at]++;
                last[at] = row;
            }
        }
        return Array.TrueForAll(documents, d => d == 0 || d == column.Count)
            ? FeaturizerFit.Decline("all its texts have the same characters")
            : FeaturizerFit.Of(new CharacterGramsTransform(column.Name, MinLength, MaxLength, [.. documents.Select(d => WordTermsTransform.Idf(column.Count, d))]));
    }
}

/// <summary>Hashed runs of characters, weighted by how rare they were; rows have length 1.</summary>
public sealed class CharacterGramsTransform : ITransform, IPlainPart<CharacterGramsTransform>
{
    private readonly string column;
    private readonly int low;
    private readonly int high;
    private readonly float[] idf;

    internal CharacterGramsTransform(string column, int low, int high, float[] idf)
    {
        this.column = column;
        this.low = low;
        this.high = high;
        this.idf = idf;
        Features = [.. Enumerable.Range(0, idf.Length).Select(i => new FeatureInfo($"{column}#{i}", column))];
    }

    /// <inheritdoc/>
    public static string Kind => "character-grams";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => true;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        TermBuffer buffer = TermBuffer.Mine;
        for (int i = 0; i < count; i++)
        {
            CellText.WithText(inputs[0], start + i, (buffer, low, high), static (s, text) => s.buffer.Characters(text, s.low, s.high));
            Span<int> found = buffer.Indices;
            for (int at = 0; at < found.Length; at++) found[at] = (int)(buffer.Hashes[at] % (uint)idf.Length);
            found.Sort();
            TermWeights.Write(found, idf, isUnitLength: true, block, i);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Int(low);
        writer.Int(high);
        writer.Floats(idf);
    }

    /// <inheritdoc/>
    public static CharacterGramsTransform Read(PlainReader reader)
    {
        string column = reader.String();
        int low = reader.Int(1, 10, "shortest run");
        int high = reader.Int(low, 10, "longest run");
        float[] idf = reader.Floats();
        if (idf.Length < 2 || Array.Exists(idf, v => !float.IsFinite(v))) throw reader.Damaged("weights do not fit");
        return new CharacterGramsTransform(column, low, high, idf);
    }
}
