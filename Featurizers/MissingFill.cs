using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>What stands in for a missing number.</summary>
public enum FillValue
{
    /// <summary>The middle value.</summary>
    Median,
    /// <summary>The arithmetic mean.</summary>
    Mean,
    /// <summary>Zero.</summary>
    Zero,
}

/// <summary>Numbers as they are with missing ones filled, for trainers that accept any scale but no missing value.</summary>
public sealed record MissingFill : IFeaturizer<MissingFill>
{
    /// <summary>What stands in for a missing number.</summary>
    public FillValue Fill { get; init; } = FillValue.Median;

    /// <inheritdoc/>
    public static FeaturizerCard Card { get; } = new("missing-fill", "Numbers as they are, missing ones filled with the median, the mean or zero.", ColumnRole.Number)
    {
        Suits = needs => !needs.HasFlag(Needs.Scaled),
        Priority = 9,
    };

    /// <inheritdoc/>
    public FeaturizerFit Fit(IReadOnlyList<Column> columns, FeaturizerContext context)
    {
        NumberSummary[] slots = NumberSummary.Of(columns[0]);
        return NumberSummary.Problem(slots) is { } problem
            ? FeaturizerFit.Decline(problem)
            : FeaturizerFit.Of(ScaledNumbersTransform.Of(columns[0], slot => (ValueOf(slots[slot], Fill), 0, 1), double.PositiveInfinity));
    }

    internal static double ValueOf(NumberSummary slot, FillValue fill) => fill switch
    {
        FillValue.Median => slot.Quantile(0.5),
        FillValue.Mean => slot.Mean,
        _ => 0,
    };
}
