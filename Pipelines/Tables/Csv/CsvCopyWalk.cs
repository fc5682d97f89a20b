namespace MLPipes.Pipelines;

/// <summary>Writes each row of a file again as it stands, with more cells behind it.</summary>
internal struct CsvCopyWalk(CsvOutput output, byte separator, bool hasHeader, IReadOnlyList<Column> added) : IRowVisitor
{
    private bool isHeader = hasHeader;
    private bool isFirst = true;
    private byte[] lineEnd = [(byte)'\n'];

    /// <summary>Rows that took a row of the added columns.</summary>
    public int Matched { get; private set; }

    /// <summary>Whether there were more rows than the added columns have.</summary>
    public bool IsShort { get; private set; }

    public bool Row(ReadOnlySpan<byte> data, Range row, ReadOnlySpan<int> ends, int cells, long offset)
    {
        int start = row.Start.Value, end = row.End.Value, columns = ends.Length;
        if (isFirst && end < data.Length) lineEnd = data[end] == '\n' ? [(byte)'\n'] : end + 1 < data.Length && data[end + 1] == '\n' ? [(byte)'\r', (byte)'\n'] : [(byte)'\r'];
        isFirst = false;
        bool isLong = !isHeader && ChunkFacts.IsLong(data, row, ends, cells, separator);
        if (!isHeader && !isLong && added.Count > 0 && Matched == added[0].Count)
        {
            IsShort = true;
            return false;
        }
        // Surplus cells would stand where the new columns are, so they are cut; cells that lack are added, empty.
        output.Raw(data[start..(cells > columns ? ends[^1] : end)]);
        for (int i = cells; i < columns; i++) output.Separator();
        foreach (Column column in added)
        {
            output.Separator();
            if (isHeader) output.Text(column.Name);
            else if (!isLong) output.Cell(column, Matched);
        }
        output.Raw(lineEnd);
        if (!isHeader && !isLong) Matched++;
        isHeader = false;
        return true;
    }
}
