namespace MLPipes.Pipelines;

/// <summary>How a column will be read.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Its kind; null for a string column that may become a category or a text.</param>
/// <param name="Mark">How its decimals are written.</param>
/// <param name="Dates">The layout of its dates.</param>
internal sealed record ColumnPlan(string Name, ColumnKind? Kind, DecimalMark Mark, DateShape Dates);
