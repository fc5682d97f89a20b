using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>The second walk over a chunk, for columns that are not what they were guessed to be (the others are null): their cells go into the columns' storage.</summary>
internal struct ChunkParse(ColumnPart?[] parts, byte separator, MissingWords missing, int firstRow) : IRowVisitor
{
    private byte[] scratch = [];
    private int at = firstRow;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Row(ReadOnlySpan<byte> data, Range row, ReadOnlySpan<int> ends, int cells, long offset)
    {
        if (ChunkFacts.IsLong(data, row, ends, cells, separator)) return true;
        int start = row.Start.Value, count = Math.Min(cells, parts.Length);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> raw = data[start..ends[i]];
            start = ends[i] + 1;
            if (parts[i] is not { } part) continue;
            ReadOnlySpan<byte> cell = CellText.Content(raw, ref scratch), trimmed = CellText.Trim(cell);
            if (missing.Contains(trimmed)) part.AddMissing(at);
            // White space within quotes is content to a text and noise to a number.
            else part.Add(part is StringPart ? cell : trimmed, at);
        }
        for (int i = count; i < parts.Length; i++) parts[i]?.AddMissing(at);
        at++;
        return true;
    }
}
