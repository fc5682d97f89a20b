using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Numbers as float32; NaN where missing. Infinities never enter a table.</summary>
public sealed class NumberColumn(string name, float[] values) : Column(name)
{
    private readonly float[] values = values;

    /// <summary>The cells, [rows].</summary>
    public ReadOnlySpan<float> Values => values;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Number;

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => float.IsNaN(values[row]);

    /// <inheritdoc/>
    public override string? TextAt(int row) => IsMissing(row) ? null : values[row].ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new NumberColumn(Name, Columns.Gather(values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new NumberColumn(name, values);
}
