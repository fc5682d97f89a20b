using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Numbers with mean 0 and standard deviation 1, missing ones filled.</summary>
/// <remarks>(x − mean) / deviation, the deviation divided by n as scikit-learn's StandardScaler does; then held within ±<see cref="Limit"/>.</remarks>
public sealed record StandardScaling : IFeaturizer<StandardScaling>
{
    /// <summary>Scaled values beyond this many deviations are pulled back to it.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double Limit { get; init; } = 10;

    /// <summary>What stands in for a missing number.</summary>
    public FillValue Fill { get; init; } = FillValue.Median;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("standard-scaling", "Numbers scaled to mean 0 and deviation 1, outliers held in, missing ones filled.", ColumnRole.Number)
    {
        Priority = 7,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        NumberSummary[] slots = NumberSummary.Of(columns[0]);
        return NumberSummary.Problem(slots) is { } problem
            ? FeaturizerFit.Decline(problem)
            : FeaturizerFit.Of(ScaledNumbersTransform.Of(columns[0],
                slot => (MissingFill.ValueOf(slots[slot], Fill), slots[slot].Mean, slots[slot].IsConstant ? 0 : 1 / slots[slot].Deviation), Limit));
    }
}
