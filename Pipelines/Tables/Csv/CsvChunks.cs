namespace MLPipes.Pipelines;

/// <summary>Cuts a file into chunks that start at rows, and walks over them in parallel.</summary>
/// <remarks>
/// Where a row starts depends on all quotes before it. The count of quotes before a chunk says whether it starts within
/// quotes, unless somewhere a quote stands inside an unquoted cell. So chunks are walked at once from where their first row
/// probably starts, and then each is checked to start where the one before it ended; one that does not is walked again.
/// The outcome is that of one sequential walk.
/// </remarks>
internal sealed class CsvChunks(IByteSource source, string name, CsvHead head, CsvOptions options, MissingWords missing)
{
    // A guess may be wrong and take half the file for one quoted cell: then it gives up soon, as it is walked again anyway.
    private const int GuessMaxRowBytes = 1 << 22;

    public List<ChunkFacts> Walk()
    {
        int count = (int)((source.Length - head.DataStart + options.ChunkBytes - 1) / options.ChunkBytes);
        if (options.MaxRows is { } maxRows) return WalkFirst(count, maxRows);
        long[] guesses = Guess(count);
        ChunkFacts[] chunks = new ChunkFacts[count];
        Chunked.Run(count, options.Threads, i => chunks[i] = Walk(guesses[i], Limit(i), GuessMaxRowBytes, long.MaxValue));
        long start = head.DataStart;
        for (int i = 0; i < count; i++)
        {
            if (chunks[i].Start != start || chunks[i].End < 0) chunks[i] = Walk(start, Limit(i), RowWalk.MaxRowBytes, long.MaxValue);
            start = End(chunks[i]);
        }
        return [.. chunks];
    }

    private List<ChunkFacts> WalkFirst(int count, int maxRows)
    {
        NulAt(0, source.Length);
        List<ChunkFacts> chunks = [];
        long start = head.DataStart, rows = 0;
        for (int i = 0; i < count && rows < maxRows; i++)
        {
            ChunkFacts chunk = Walk(start, Limit(i), RowWalk.MaxRowBytes, maxRows - rows);
            start = End(chunk);
            rows += chunk.KeptRows;
            chunks.Add(chunk);
        }
        return chunks;
    }

    private ChunkFacts Walk(long start, long limit, int maxRowBytes, long maxRows)
    {
        ColumnFacts[] columns = new ColumnFacts[head.Names.Length];
        for (int i = 0; i < columns.Length; i++) columns[i] = new ColumnFacts(options.Columns.ContainsKey(head.Names[i]));
        ChunkFacts facts = new() { Start = start, Columns = columns };
        ChunkFacts.Visitor visitor = new(facts, head.Separator, missing, maxRows);
        facts.End = RowWalk.Visit(source, start, limit, head.Separator, columns.Length, maxRowBytes, ref visitor);
        return facts;
    }

    private long Limit(int chunk) => Math.Min(source.Length, head.DataStart + ((chunk + 1L) * options.ChunkBytes));

    private long End(ChunkFacts chunk) => chunk.End >= 0
        ? chunk.End
        : throw new TableException($"{name}: a quote opens in line {Lines.NumberAt(source, -1 - chunk.End)} and never closes.", null);

    /// <summary>Where the first row of each chunk starts if quotes only stand where they should.</summary>
    private long[] Guess(int count)
    {
        int[] quotes = new int[count];
        long[] nuls = new long[count];
        Chunked.Run(count, options.Threads, i =>
        {
            byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(options.ChunkBytes);
            Span<byte> bytes = buffer.AsSpan(0, source.Read(Limit(i - 1), buffer.AsSpan(0, (int)(Limit(i) - Limit(i - 1)))));
            quotes[i] = bytes.Count((byte)'"');
            nuls[i] = bytes.IndexOf((byte)0);
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        });
        long[] starts = new long[count];
        bool isQuoted = false;
        for (int i = 0; i < count; i++)
        {
            if (nuls[i] >= 0) throw CsvGuard.Nul(name, Limit(i - 1) + nuls[i]);
            starts[i] = i == 0 ? head.DataStart : FirstRow(Limit(i - 1), isQuoted);
            isQuoted ^= (quotes[i] & 1) == 1;
        }
        return starts;
    }

    private long FirstRow(long from, bool isQuoted)
    {
        byte[] bytes = new byte[256];
        // One byte back: the line end before it may make this the start of a row.
        long at = from - 1;
        bool isFirst = true;
        while (true)
        {
            int read = source.Read(at, bytes);
            for (int i = 0; i < read; i++)
            {
                byte b = bytes[i];
                if (isFirst)
                {
                    // The quotes counted so far include this byte.
                    isFirst = false;
                    if (b == '"') continue;
                }
                else if (b == '"') isQuoted = !isQuoted;
                if (isQuoted || b is not ((byte)'\n' or (byte)'\r')) continue;
                long next = at + i + 1;
                if (b == '\r' && source.Read(next, bytes.AsSpan(0, 1)) == 1 && bytes[0] == '\n') next++;
                return next;
            }
            at += read;
            if (read < bytes.Length || at - from > GuessMaxRowBytes) return at;
        }
    }

    private void NulAt(long from, long to)
    {
        byte[] buffer = new byte[options.ChunkBytes];
        for (long at = from; at < to; at += buffer.Length)
        {
            int read = source.Read(at, buffer);
            if (buffer.AsSpan(0, read).IndexOf((byte)0) is >= 0 and var nul) throw CsvGuard.Nul(name, at + nul);
        }
    }
}
