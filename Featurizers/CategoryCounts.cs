using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>How often a category occurs, beside its other features: the logarithm of one plus its training rows, scaled where needed.</summary>
/// <remarks>Unseen counts as 0 rows; missing is a category.</remarks>
public sealed record CategoryCounts : IFeaturizer<CategoryCounts>
{
    // Where all counts are alike, that of an unseen category lies many deviations off.
    private const double Limit = 20;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("category-counts", "How often each category occurs, on a logarithmic scale, beside its other features.", ColumnRole.Category)
    {
        OnRequest = true,
        Adds = true,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        LevelCounts levels = LevelCounts.Of(columns[0]);
        int rows = columns[0].Count, missing = levels.Missing;
        int[] all = missing > 0 ? [.. levels.Counts, missing] : levels.Counts;
        if (all.Distinct().Count() < 2) return FeaturizerFit.Decline("all its categories are equally frequent");
        double mean = 0, scale = 1;
        if (context.Needs.HasFlag(Needs.Scaled))
        {
            mean = all.Sum(n => n * Math.Log(1 + n)) / rows;
            double variance = all.Sum(n => n * Math.Pow(Math.Log(1 + n) - mean, 2)) / rows;
            scale = variance > 0 ? 1 / Math.Sqrt(variance) : 0;
        }
        float[] values = [.. levels.Counts.Append(missing).Append(0).Select(n => (float)Math.Clamp((Math.Log(1 + n) - mean) * scale, -Limit, Limit))];
        return FeaturizerFit.Of(new LevelValuesTransform([new FeatureInfo($"{columns[0].Name}.count", columns[0].Name)], new LevelMap(levels.Levels), values));
    }
}
