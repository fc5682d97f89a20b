namespace MLPipes;

/// <summary>A value and how many rows have it.</summary>
/// <param name="Value">The value as text.</param>
/// <param name="Rows">Number of rows; null where the value is only an example.</param>
public readonly record struct ValueCount(string Value, int? Rows);
