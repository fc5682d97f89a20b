namespace MLPipes.Pipelines;

/// <summary>How a column's decimals are read.</summary>
internal enum DecimalMark
{
    Point,
    Comma,
    /// <summary>The cells disagree: each is read by its own marks, a single mark being the decimal one.</summary>
    Mixed,
}
