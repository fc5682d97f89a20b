using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Numbers with median 0 and interquartile range 1, missing ones filled: outliers do not move the scale.</summary>
/// <remarks>(x − median) / (Q3 − Q1), as scikit-learn's RobustScaler; then held within ±<see cref="Limit"/>. Where half of all values are equal the deviation takes the range's place.</remarks>
public sealed record RobustScaling : IFeaturizer<RobustScaling>
{
    /// <summary>Scaled values beyond this many interquartile ranges are pulled back to it.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double Limit { get; init; } = 10;

    /// <summary>What stands in for a missing number.</summary>
    public FillValue Fill { get; init; } = FillValue.Median;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("robust-scaling", "Numbers scaled to median 0 and interquartile range 1, missing ones filled.", ColumnRole.Number)
    {
        OnRequest = true,
        Priority = 6,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        NumberSummary[] slots = NumberSummary.Of(columns[0]);
        return NumberSummary.Problem(slots) is { } problem
            ? FeaturizerFit.Decline(problem)
            : FeaturizerFit.Of(ScaledNumbersTransform.Of(columns[0],
                slot => (MissingFill.ValueOf(slots[slot], Fill), slots[slot].Quantile(0.5), ScaleOf(slots[slot])), Limit));
    }

    private static double ScaleOf(NumberSummary slot)
    {
        double range = slot.Quantile(0.75) - slot.Quantile(0.25);
        return slot.IsConstant ? 0 : 1 / (range > 0 ? range : slot.Deviation);
    }
}
