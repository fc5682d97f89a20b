using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace MLPipes.Pipelines;

/// <summary>What the walk over a chunk of rows finds: how many there are, which are odd, what the columns look like and, as far as that was guessed right, their cells.</summary>
internal sealed class ChunkFacts
{
    /// <summary>Where its first row starts.</summary>
    public required long Start { get; init; }

    /// <summary>Where the first row behind it starts; negative where a quote never closes (see <see cref="RowWalk.Visit"/>).</summary>
    public long End { get; set; }

    /// <summary>Data rows, the long ones counted.</summary>
    public int AllRows { get; private set; }

    /// <summary>Rows of the table.</summary>
    public int KeptRows => AllRows - LongRows.Count;

    /// <summary>Indices within this chunk of rows with too many cells.</summary>
    public List<int> LongRows { get; } = [];

    /// <summary>Rows with too few cells.</summary>
    public int ShortRows { get; private set; }

    /// <summary>Indices within this chunk of the first of them.</summary>
    public List<int> FirstShortRows { get; } = [];

    /// <summary>Rows that are not UTF-8.</summary>
    public int BadRows { get; private set; }

    /// <summary>Where the first of them starts.</summary>
    public long FirstBadRow { get; private set; }

    /// <summary>Its index within this chunk.</summary>
    public int FirstBadIndex { get; private set; }

    /// <summary>What each column is found to be.</summary>
    public required ColumnFacts[] Columns { get; init; }

    /// <summary>The cells, read as the columns were guessed to be; none where only facts were asked for.</summary>
    public required ColumnPart[] Parts { get; init; }

    /// <summary>The walk that fills the facts in.</summary>
    /// <param name="facts">Where they go.</param>
    /// <param name="separator">What stands between cells.</param>
    /// <param name="missing">Words for missing values.</param>
    /// <param name="maxRows">Rows of the table after which to stop.</param>
    /// <param name="rowsExpected">Rows to make room for at first.</param>
    internal struct Visitor(ChunkFacts facts, byte separator, MissingWords missing, long maxRows, int rowsExpected) : IRowVisitor
    {
        private const int ShortRowsNamed = 8;
        private byte[] scratch = [];
        private int room;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public bool Row(ReadOnlySpan<byte> data, Range row, ReadOnlySpan<int> ends, int cells, long offset)
        {
            int at = facts.KeptRows, index = facts.AllRows++;
            if (!Utf8.IsValid(data[row]) && facts.BadRows++ == 0)
            {
                facts.FirstBadRow = offset;
                facts.FirstBadIndex = index;
            }
            ColumnFacts[] columns = facts.Columns;
            if (IsLong(data, row, ends, cells, separator))
            {
                facts.LongRows.Add(index);
                return true;
            }
            if (cells < columns.Length && facts.ShortRows++ < ShortRowsNamed) facts.FirstShortRows.Add(index);
            ColumnPart[] parts = facts.Parts;
            if (at == room) MakeRoom();
            int start = row.Start.Value, count = Math.Min(cells, columns.Length);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> raw = data[start..ends[i]];
                start = ends[i] + 1;
                ReadOnlySpan<byte> cell = CellText.Content(raw, ref scratch), trimmed = CellText.Trim(cell);
                if (parts.Length == 0)
                {
                    if (!columns[i].IsSettled && !missing.Contains(trimmed)) columns[i].Add(trimmed);
                }
                else if (missing.Contains(trimmed)) parts[i].AddMissing(at);
                else parts[i].Sift(cell, trimmed, at, columns[i]);
            }
            for (int i = count; i < parts.Length; i++) parts[i].AddMissing(at);
            return facts.KeptRows < maxRows;
        }

        private void MakeRoom()
        {
            room = Math.Max(rowsExpected, room + (room / 2) + 16);
            foreach (ColumnPart part in facts.Parts) part.Grow(room);
        }
    }

    /// <summary>Whether there are more cells than columns; empty ones behind the last, as some programs write them, do not count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLong(ReadOnlySpan<byte> data, Range row, ReadOnlySpan<int> ends, int cells, byte separator)
    {
        if (cells <= ends.Length) return false;
        return HasSurplus(data[ends[^1]..row.End.Value], separator);
    }

    private static bool HasSurplus(ReadOnlySpan<byte> rest, byte separator)
    {
        foreach (byte b in rest) if (b != separator && b != ' ') return true;
        return false;
    }
}
