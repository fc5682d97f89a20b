using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Categories as codes, the most frequent 0, for trainers that know categories (trees).</summary>
/// <remarks>Rare categories share the last code; a missing or unseen one is NaN.</remarks>
public sealed record OrdinalCodes : IFeaturizer<OrdinalCodes>
{
    /// <summary>More categories than this are declined.</summary>
    [Bounds(2, 1_000_000)]
    public int MaxCategories { get; init; } = 1000;

    /// <summary>Categories of fewer rows share one code.</summary>
    [Bounds(1, int.MaxValue)]
    public int MinRows { get; init; } = 2;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("ordinal-codes", "Categories as codes by frequency, rare ones grouped, missing and unseen ones NaN.", ColumnRole.Category)
    {
        Suits = needs => (needs & (Needs.NumericOnly | Needs.NoMissing | Needs.Scaled)) == 0,
        Priority = 10,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        Column column = columns[0];
        LevelCounts levels = LevelCounts.Of(column);
        if (levels.Levels.Length == 0) return FeaturizerFit.Decline("it holds no category");
        if (levels.Levels.Length == 1 && levels.Missing == 0) return FeaturizerFit.Decline("all its values are equal");
        if (levels.Levels.Length > MaxCategories) return FeaturizerFit.Decline($"{levels.Levels.Length} categories, limit {MaxCategories}");
        if (levels.IsNearUnique) return FeaturizerFit.Decline($"{levels.Levels.Length} categories in {levels.Seen} rows are too few rows each");
        int codes = Math.Min(levels.Levels.Length, levels.WithAtLeast(MinRows) + 1);
        return FeaturizerFit.Of(new OrdinalCodesTransform([new FeatureInfo(column.Name, column.Name, codes)], [new LevelMap(levels.Levels)]));
    }
}

/// <summary>Categories as codes by frequency.</summary>
public sealed class OrdinalCodesTransform : IFusableTransform, IPlainPart<OrdinalCodesTransform>
{
    private readonly FeatureInfo[] features;
    private readonly LevelMap[] maps;

    internal OrdinalCodesTransform(FeatureInfo[] features, LevelMap[] maps)
    {
        this.features = features;
        this.maps = maps;
    }

    /// <inheritdoc/>
    public static string Kind => "ordinal-codes";

    /// <inheritdoc/>
    public IReadOnlyList<FeatureInfo> Features => features;

    /// <inheritdoc/>
    public int InputCount => maps.Length;

    /// <inheritdoc/>
    public bool IsSparse => false;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<Column> inputs, int start, int count, FeatureBlock block)
    {
        Span<int> levels = stackalloc int[Math.Min(count, 256)];
        for (int input = 0; input < maps.Length; input++)
        {
            int last = features[input].Categories - 1;
            for (int from = 0; from < count; from += levels.Length)
            {
                Span<int> some = levels[..Math.Min(levels.Length, count - from)];
                maps[input].Read(inputs[input], start + from, some);
                for (int i = 0; i < some.Length; i++) block.Set(from + i, input, some[i] < 0 ? float.NaN : Math.Min(some[i], last));
            }
        }
    }

    /// <inheritdoc/>
    public ITransform Fuse(IReadOnlyList<ITransform> all) =>
        new OrdinalCodesTransform([.. all.SelectMany(t => t.Features)], [.. all.SelectMany(t => ((OrdinalCodesTransform)t).maps)]);

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Features(features);
        foreach (LevelMap map in maps) map.Write(writer);
    }

    /// <inheritdoc/>
    public static OrdinalCodesTransform Read(PlainReader reader)
    {
        FeatureInfo[] features = reader.Features();
        LevelMap[] maps = new LevelMap[features.Length];
        for (int i = 0; i < maps.Length; i++)
        {
            maps[i] = LevelMap.Read(reader);
            if (features[i].Categories < 1 || features[i].Categories > maps[i].Count) throw reader.Damaged($"{features[i].Categories} codes for {maps[i].Count} categories");
        }
        return new OrdinalCodesTransform(features, maps);
    }
}
