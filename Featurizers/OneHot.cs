using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>One feature for each category, 1 in the rows that have it: for trainers to which a code means nothing.</summary>
/// <remarks>
/// Rare categories share one feature, which unseen ones go to as well; where no category was rare, an unseen one is all zeros.
/// Missing is a category of its own where it was seen. Two categories that are never missing need one feature only.
/// </remarks>
public sealed record OneHot : IFeaturizer<OneHot>
{
    /// <summary>More categories than this that are not rare are declined.</summary>
    [Bounds(2, 1_000_000)]
    public int MaxCategories { get; init; } = 500;

    /// <summary>The same limit where the trainer needs a dense matrix of modest width.</summary>
    [Bounds(2, 1_000_000)]
    public int MaxDenseCategories { get; init; } = 64;

    /// <summary>Categories of fewer rows are grouped.</summary>
    [Bounds(1, int.MaxValue)]
    public int MinRows { get; init; } = 5;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("one-hot", "One 0/1 feature for each category, rare and unseen ones grouped, missing a category of its own.", ColumnRole.Category)
    {
        Priority = 8,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        LevelCounts levels = LevelCounts.Of(column);
        int kept = levels.WithAtLeast(MinRows);
        int limit = context.Needs.HasFlag(Needs.Dense) ? MaxDenseCategories : MaxCategories;
        if (levels.Levels.Length == 0) return FeaturizerFit.Decline("it holds no category");
        if (levels.Levels.Length == 1 && levels.Missing == 0) return FeaturizerFit.Decline("all its values are equal");
        if (kept > limit) return FeaturizerFit.Decline($"{kept} categories of {MinRows} rows or more, limit {limit}");
        if (kept == 0 || levels.IsNearUnique)
        {
            // A small table has few rows for every category; that is no reason to lose the column.
            if (levels.Levels.Length > Math.Min(limit, 20)) return FeaturizerFit.Decline($"{levels.Levels.Length} categories in {levels.Seen} rows are too few rows each");
            kept = levels.Levels.Length;
        }
        bool rare = kept < levels.Levels.Length, missing = levels.Missing > 0;
        // The frequent one of two is what remains when the other is 0.
        string[] names = kept == 2 && !rare && !missing ? [levels.Levels[1]] : levels.Levels[..kept];
        return FeaturizerFit.Of(new OneHotTransform(column.Name, new LevelMap(names), rare, missing));
    }
}

/// <summary>One 0/1 feature for each category.</summary>
public sealed class OneHotTransform : ITransform, IPlainPart<OneHotTransform>
{
    // Fewer features than this gain nothing from sparse storage.
    private const int SparseWidth = 8;

    private readonly string column;
    private readonly LevelMap map;
    private readonly int other;
    private readonly int missing;

    internal OneHotTransform(string column, LevelMap map, bool hasOther, bool hasMissing)
    {
        this.column = column;
        this.map = map;
        other = hasOther ? map.Count : -1;
        missing = hasMissing ? map.Count + (hasOther ? 1 : 0) : -1;
        List<FeatureInfo> features = [.. map.Levels.Select(level => new FeatureInfo($"{column}={level}", column))];
        if (hasOther) features.Add(new FeatureInfo($"{column}.other", column));
        if (hasMissing) features.Add(new FeatureInfo($"{column}.missing", column));
        Features = features;
    }

    /// <inheritdoc/>
    public static string Kind => "one-hot";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <inheritdoc/>
    public bool IsSparse => Features.Count >= SparseWidth;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        Span<int> levels = stackalloc int[Math.Min(count, 256)];
        for (int from = 0; from < count; from += levels.Length)
        {
            Span<int> some = levels[..Math.Min(levels.Length, count - from)];
            map.Read(inputs[0], start + from, some);
            for (int i = 0; i < some.Length; i++)
            {
                int feature = some[i] switch { LevelMap.Missing => missing, LevelMap.Unseen => other, int level => level };
                if (feature >= 0) block.Set(from + i, feature, 1);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.String(column);
        map.Write(writer);
        writer.Bool(other >= 0);
        writer.Bool(missing >= 0);
    }

    /// <inheritdoc/>
    public static OneHotTransform Read(PlainReader reader) => new(reader.String(), LevelMap.Read(reader), reader.Bool(), reader.Bool());
}
