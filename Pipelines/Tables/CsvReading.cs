using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>How a file was read in the end: what reading another file the same way, or writing beside its rows, needs.</summary>
public sealed record CsvReading
{
    /// <summary>What stands between cells.</summary>
    public required char Separator { get; init; }

    /// <summary>Whether the first row named the columns.</summary>
    public required bool HasHeader { get; init; }

    /// <summary>The kind of each column as read.</summary>
    public required IReadOnlyDictionary<string, ColumnKind> Columns { get; init; }

    /// <summary>The numbers of the data rows (from 1) that have too many cells and are not in the table, ascending.</summary>
    public required IReadOnlyList<long> DroppedRows { get; init; }

    /// <summary>The options that were asked for.</summary>
    public required CsvOptions Options { get; init; }

    /// <summary>Options that read another file into the same kinds of columns; separator and number format are found out anew.</summary>
    public CsvOptions Again() => Options with { Columns = Columns, MaxRows = null };
}
