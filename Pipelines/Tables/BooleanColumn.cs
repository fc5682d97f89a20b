namespace MLPipes.Pipelines;

/// <summary>True (1), false (0) or missing (<see cref="Missing"/>).</summary>
public sealed class BooleanColumn(string name, byte[] values) : Column(name)
{
    /// <summary>The stored value of a missing cell.</summary>
    public const byte Missing = 2;

    private readonly byte[] values = values;

    /// <summary>The cells, [rows].</summary>
    public ReadOnlySpan<byte> Values => values;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Boolean;

    /// <inheritdoc/>
    public override int Count => values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => values[row] == Missing;

    /// <inheritdoc/>
    public override string? TextAt(int row) => values[row] switch { 0 => "false", 1 => "true", _ => null };

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new BooleanColumn(Name, Columns.Gather(values, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new BooleanColumn(name, values);
}
