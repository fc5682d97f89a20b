using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>Writes a delimited text file again with columns added, such as predictions, its own cells untouched.</summary>
/// <remarks>
/// Rows are streamed. Each row that is not blank gives one row, in the file's own order, separator and line ends:
/// a row of the table carries its cells of the added columns; a short row is filled up with empty cells first; a long row, which
/// <see cref="LongRows.Drop"/> left out of the table, keeps its first cells, loses the surplus ones (the added columns stand
/// there) and has empty cells in the added columns. Reading stops where <see cref="CsvOptions.MaxRows"/> made the table end.
/// </remarks>
public static class CsvCopy
{
    /// <summary>Copies the file at <paramref name="input"/>, unpacked where it is compressed.</summary>
    /// <param name="input">The file that <paramref name="reading"/> tells of, unchanged since.</param>
    /// <param name="output">Where the text goes; not closed.</param>
    /// <param name="reading">How the file was read: <see cref="Table.Csv"/>.</param>
    /// <param name="added">[rows of the table] each; their names must differ from the file's.</param>
    /// <exception cref="TableException">The file can't be read, or has other rows than the added columns.</exception>
    public static void Append(string input, Stream output, CsvReading reading, IReadOnlyList<Column> added) =>
        Sources.Use(input, source => Append(source, input, output, reading, added));

    /// <summary>Copies a stream from its position; for one that can't be read twice, keep its bytes while the table is read.</summary>
    /// <param name="input">The text that <paramref name="reading"/> tells of; not closed.</param>
    /// <param name="output">Where the text goes; not closed.</param>
    /// <param name="reading">How the text was read: <see cref="Table.Csv"/>.</param>
    /// <param name="added">[rows of the table] each; their names must differ from the text's.</param>
    /// <exception cref="TableException">The text has other rows than the added columns.</exception>
    public static void Append(Stream input, Stream output, CsvReading reading, IReadOnlyList<Column> added) =>
        Sources.Use(input, "input", source => Append(source, "input", output, reading, added));

    private static int Append(IByteSource source, string name, Stream output, CsvReading reading, IReadOnlyList<Column> added)
    {
        if (added.FirstOrDefault(c => reading.Columns.ContainsKey(c.Name)) is { } twice)
            throw new TableException(twice.Name, found: "the name in the input as well", expected: "a name of its own for an added column", source: name);
        CsvHead head = CsvHead.Read(source, name, new CsvOptions { Separator = reading.Separator, HasHeader = reading.HasHeader }, []);
        CsvOutput text = new(output, head.Separator);
        Span<byte> mark = stackalloc byte[3];
        if (source.Read(0, mark) == 3 && mark.SequenceEqual("\uFEFF"u8)) text.Raw(mark);
        CsvCopyWalk walk = new(text, head.Separator, reading.HasHeader, added);
        RowWalk.Visit(source, head.HeaderStart, source.Length, head.Separator, head.Names.Length, RowWalk.MaxRowBytes, ref walk);
        text.Flush();
        if (head.Names.Length != reading.Columns.Count || (added.Count > 0 && walk.Matched != added[0].Count) || (walk.IsShort && reading.Options.MaxRows is null))
            throw new TableException($"{name}: the input has other rows or columns than the table that was read from it; has it changed since?", null);
        return walk.Matched;
    }
}
