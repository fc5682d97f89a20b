namespace MLPipes.Pipelines;

/// <summary>Free text; an empty cell is a missing one.</summary>
public sealed class TextColumn(string name, ReadOnlyMemory<char>[] cells) : Column(name)
{
    private readonly ReadOnlyMemory<char>[] cells = cells;

    /// <summary>The cells, [rows]; many share one block of characters.</summary>
    public ReadOnlySpan<ReadOnlyMemory<char>> Cells => cells;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Text;

    /// <inheritdoc/>
    public override int Count => cells.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => cells[row].IsEmpty;

    /// <inheritdoc/>
    public override string? TextAt(int row) => IsMissing(row) ? null : cells[row].ToString();

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new TextColumn(Name, Columns.Gather(cells, rows));

    /// <inheritdoc/>
    public override Column Rename(string name) => new TextColumn(name, cells);
}
