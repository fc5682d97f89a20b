namespace MLPipes.Pipelines;

/// <summary>What a fit will take: relative work, and peak memory that must not be optimistic.</summary>
/// <param name="Flops">Relative work; the growth with the data's shape is right, the constant need not be.</param>
/// <param name="PeakBytes">Bytes beyond the training matrix itself.</param>
public readonly record struct CostHint(double Flops, long PeakBytes)
{
    /// <summary>Floating-point operations to score one row; 0, the default, where that is next to nothing.</summary>
    public double ScoringFlops { get; init; }
}
