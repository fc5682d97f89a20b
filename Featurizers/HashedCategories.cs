using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Each category as +1 or −1 in one of a fixed number of features, by a hash of its text: any number of categories, none of them stored.</summary>
/// <remarks>Signed feature hashing (Weinberger et al., ICML 2009). Missing is all zeros.</remarks>
public sealed record HashedCategories : IFeaturizer<HashedCategories>
{
    /// <summary>Number of features.</summary>
    [Bounds(2, HashedCategoriesTransform.MaxBuckets)]
    public int Buckets { get; init; } = 1024;

    /// <summary>Number of features where the trainer needs a dense matrix of modest width.</summary>
    [Bounds(2, 1 << 16)]
    public int DenseBuckets { get; init; } = 32;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("hashed-categories", "Categories hashed into a fixed number of signed features: any number of them, label or not.", ColumnRole.Category)
    {
        Priority = 4,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        LevelCounts levels = LevelCounts.Of(columns[0]);
        if (levels.Levels.Length + (levels.Missing > 0 ? 1 : 0) < 2) return FeaturizerFit.Decline("all its values are equal");
        if (levels.Counts[0] < 2) return FeaturizerFit.Decline("no two rows share a category");
        bool sparse = (context.Needs & Needs.NumericOnly) != 0 && !context.Needs.HasFlag(Needs.Dense);
        return FeaturizerFit.Of(new HashedCategoriesTransform(columns[0].Name, sparse ? Buckets : DenseBuckets, sparse));
    }
}

/// <summary>Each category as +1 or −1 in the feature that its hash names.</summary>
public sealed class HashedCategoriesTransform : ITransform, IPlainPart<HashedCategoriesTransform>
{
    internal const int MaxBuckets = 1 << 18;

    private readonly string column;
    private readonly uint buckets;

    internal HashedCategoriesTransform(string column, int buckets, bool isSparse)
    {
        this.column = column;
        this.buckets = (uint)buckets;
        IsSparse = isSparse;
        Features = [.. Enumerable.Range(0, buckets).Select(i => new FeatureInfo($"{column}#{i}", column))];
    }

    /// <inheritdoc/>
    public static string Kind => "hashed-categories";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse { get; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        for (int i = 0; i < count; i++)
        {
            // The empty text is a missing cell; the hash of any other is moved off 0.
            uint hash = CellText.WithText(inputs[0], start + i, 0, static (_, text) => text.IsEmpty ? 0 : Math.Max(1, TextHash.Of(text)));
            if (hash != 0) block.Set(i, (int)((hash >> 1) % buckets), (hash & 1) == 0 ? -1 : 1);
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        writer.Int((int)buckets);
        writer.Bool(IsSparse);
    }

    /// <inheritdoc/>
    public static HashedCategoriesTransform Read(PlainReader reader) => new(reader.String(), reader.Int(2, MaxBuckets, "buckets"), reader.Bool());
}
