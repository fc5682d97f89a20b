using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Integers that float32 can't hold exactly (beyond ±2^24); <see cref="Missing"/> where missing.</summary>
public sealed class IntegerColumn(string name, long[] values) : Column(name)
{
    /// <summary>The stored value of a missing cell.</summary>
    public const long Missing = long.MinValue;

    private readonly long[] values = values;

    /// <summary>The cells, [rows].</summary>
    public ReadOnlySpan<long> Values => values;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Integer;

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => values[row] == Missing;

    /// <inheritdoc/>
    public override string? TextAt(int row) => IsMissing(row) ? null : values[row].ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new IntegerColumn(Name, Columns.Gather(values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new IntegerColumn(name, values);
}
