using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Numbers as float32; NaN where missing. Infinities never enter a table.</summary>
public sealed class NumberColumn : Column
{
    private readonly float[] values;
    private readonly int start;

    /// <summary>A column over <paramref name="values"/>, [rows], which it keeps.</summary>
    public NumberColumn(string name, float[] values) : this(name, values, 0, values.Length) { }

    /// <summary>A column over <paramref name="count"/> of the values from <paramref name="start"/> on.</summary>
    internal NumberColumn(string name, float[] values, int start, int count) : base(name)
    {
        this.values = values;
        this.start = start;
        Count = count;
    }

    /// <summary>The cells, [rows].</summary>
    public ReadOnlySpan<float> Values => new(values, start, Count);

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Number;

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override bool IsMissing(int row) => float.IsNaN(Values[row]);

    /// <inheritdoc/>
    public override string? TextAt(int row) => IsMissing(row) ? null : Values[row].ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new NumberColumn(Name, Columns.Gather<float>(Values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new NumberColumn(name, values, start, Count);
}
