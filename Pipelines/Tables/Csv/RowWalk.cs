using System.Buffers;
using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>Takes rows as they are found.</summary>
internal interface IRowVisitor
{
    /// <summary>A row that is not blank; false to stop before the next one.</summary>
    /// <param name="data">Bytes around the row.</param>
    /// <param name="row">Where it lies in <paramref name="data"/>.</param>
    /// <param name="ends">Ends of its cells, as many as there are columns.</param>
    /// <param name="cells">Cells in it, which may be more or fewer.</param>
    /// <param name="offset">Where it starts in the file.</param>
    bool Row(ReadOnlySpan<byte> data, Range row, ReadOnlySpan<int> ends, int cells, long offset);
}

/// <summary>Walks over the rows of a part of a file.</summary>
internal static class RowWalk
{
    /// <summary>A row longer than this is taken for one whose quote never closes.</summary>
    public const int MaxRowBytes = 1 << 28;

    private const int Beyond = 1 << 15;

    /// <summary>
    /// Visits the rows that start in [<paramref name="start"/>, <paramref name="limit"/>) and returns where the next one starts.
    /// Returns -1 - offset of the row where a row runs on for more than <paramref name="maxRowBytes"/> or its quote never closes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Visit<T>(IByteSource source, long start, long limit, byte separator, int columns, int maxRowBytes, ref T visitor)
        where T : IRowVisitor, allows ref struct
    {
        int[] ends = ArrayPool<int>.Shared.Rent(columns);
        byte[] buffer = [];
        int size = (int)Math.Clamp(limit - start + Beyond, Beyond, 1 << 22);
        try
        {
            while (start < limit && start < source.Length)
            {
                ReadOnlySpan<byte> data = source.View(start, size);
                if (data.IsEmpty)
                {
                    if (buffer.Length < size)
                    {
                        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
                        buffer = ArrayPool<byte>.Shared.Rent(size);
                    }
                    data = buffer.AsSpan(0, source.Read(start, buffer.AsSpan(0, size)));
                }
                bool isFinal = start + data.Length >= source.Length;
                RowScanner scanner = new(data, separator, isFinal, ends.AsSpan(0, columns));
                RowResult result = RowResult.End;
                while (start + scanner.NextRow < limit && (result = scanner.Next()) == RowResult.Row)
                {
                    ReadOnlySpan<byte> row = data.Slice(scanner.RowStart, scanner.RowEnd - scanner.RowStart);
                    if (IsBlank(row, scanner.Cells, columns)) continue;
                    if (!visitor.Row(data, scanner.RowStart..scanner.RowEnd, ends.AsSpan(0, columns), scanner.Cells, start + scanner.RowStart))
                        return start + scanner.NextRow;
                }
                start += scanner.NextRow;
                if (result == RowResult.Unclosed || (result == RowResult.Incomplete && scanner.NextRow == 0 && size >= maxRowBytes)) return -1 - start;
                if (result == RowResult.Incomplete && scanner.NextRow == 0) size = Math.Min(size * 2, maxRowBytes);
            }
            return start;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ends);
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>An empty line, or white space where there are several columns: no row, as in other readers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBlank(ReadOnlySpan<byte> row, int cells, int columns) =>
        row.IsEmpty || (cells == 1 && columns > 1 && row[0] <= ' ' && row.Trim((byte)' ').Trim((byte)'\t').IsEmpty);
}
