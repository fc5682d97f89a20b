using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>What <see cref="RowScanner.Next"/> found.</summary>
internal enum RowResult
{
    /// <summary>A whole row.</summary>
    Row,
    /// <summary>No bytes are left.</summary>
    End,
    /// <summary>The bytes end within a row, and more follow.</summary>
    Incomplete,
    /// <summary>The last bytes of all end within quotes.</summary>
    Unclosed,
}

/// <summary>Splits UTF-8 bytes into rows and cells after RFC 4180; a quote opens only at a cell's first byte.</summary>
/// <remarks>
/// 64 bytes at a time become a bit mask of separators, line ends and quotes, so that ordinary bytes cost nothing.
/// CR, LF and CRLF end a row. Positions are indices into the data given; cell i is [Ends[i-1] + 1, Ends[i]).
/// </remarks>
internal ref struct RowScanner
{
    private const int BlockBytes = 64;

    private readonly ReadOnlySpan<byte> data;
    private readonly Span<int> ends;
    private readonly byte separator;
    private readonly bool isFinal;
    private int block;
    private ulong mask;

    /// <param name="data">Starts at a row's first byte.</param>
    /// <param name="separator">What stands between cells.</param>
    /// <param name="isFinal">Whether nothing follows <paramref name="data"/>.</param>
    /// <param name="ends">Takes the ends of a row's first cells; more cells are counted only.</param>
    public RowScanner(ReadOnlySpan<byte> data, byte separator, bool isFinal, Span<int> ends)
    {
        this.data = data;
        this.separator = separator;
        this.isFinal = isFinal;
        this.ends = ends;
        mask = data.IsEmpty ? 0 : Specials(0);
    }

    /// <summary>Where the current row starts.</summary>
    public int RowStart { get; private set; }

    /// <summary>Where the current row ends, its line end not counted.</summary>
    public int RowEnd { get; private set; }

    /// <summary>Where the next row starts.</summary>
    public int NextRow { get; private set; }

    /// <summary>Cells in the current row.</summary>
    public int Cells { get; private set; }

    // Here and in the other loops over cells: most files are read before tiered compilation would get to its fast code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RowResult Next()
    {
        int start = NextRow;
        RowStart = start;
        if (start >= data.Length) return isFinal ? RowResult.End : RowResult.Incomplete;
        int count = 0, cell = start, skip = start;
        bool quoted = false;
        while (true)
        {
            while (mask == 0)
            {
                block += BlockBytes;
                if (block >= data.Length)
                {
                    block -= BlockBytes;
                    return AtEnd(count, quoted);
                }
                mask = Specials(block);
            }
            int at = block + BitOperations.TrailingZeroCount(mask);
            mask &= mask - 1;
            // The second byte of a CRLF or of a doubled quote.
            if (at < skip) continue;
            byte found = data[at];
            if (quoted)
            {
                if (found != '"') continue;
                if (at + 1 < data.Length && data[at + 1] == '"') skip = at + 2;
                else quoted = false;
            }
            else if (found == separator)
            {
                if (count < ends.Length) ends[count] = at;
                count++;
                cell = at + 1;
            }
            else if (found == '"')
            {
                quoted = at == cell;
            }
            else
            {
                int next = at + 1;
                if (found == '\r')
                {
                    if (next < data.Length) next += data[next] == '\n' ? 1 : 0;
                    else if (!isFinal) return RowResult.Incomplete;
                }
                return Finish(count, at, next);
            }
        }
    }

    private RowResult AtEnd(int count, bool quoted)
    {
        if (!isFinal) return RowResult.Incomplete;
        return quoted ? RowResult.Unclosed : Finish(count, data.Length, data.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RowResult Finish(int count, int end, int next)
    {
        if (count < ends.Length) ends[count] = end;
        Cells = count + 1;
        RowEnd = end;
        NextRow = next;
        return RowResult.Row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ulong Specials(int at)
    {
        if (data.Length - at < BlockBytes) return TailSpecials(at);
        ref byte first = ref Unsafe.Add(ref MemoryMarshal.GetReference(data), at);
        return Specials(Vector256.LoadUnsafe(ref first)) | ((ulong)Specials(Vector256.LoadUnsafe(ref first, 32)) << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly uint Specials(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, Vector256.Create(separator)) | Vector256.Equals(bytes, Vector256.Create((byte)'\n'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'\r')) | Vector256.Equals(bytes, Vector256.Create((byte)'"'))).ExtractMostSignificantBits();

    private readonly ulong TailSpecials(int at)
    {
        ulong bits = 0;
        for (int i = at; i < data.Length; i++)
        {
            byte b = data[i];
            if (b == separator || b is (byte)'\n' or (byte)'\r' or (byte)'"') bits |= 1UL << (i - at);
        }
        return bits;
    }
}
