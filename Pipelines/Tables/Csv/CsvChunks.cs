namespace MLPipes.Pipelines;

/// <summary>Cuts a file into chunks that start at rows, and walks over them in parallel.</summary>
/// <remarks>
/// Where a row starts depends on all quotes before it. The count of quotes before a chunk says whether it starts within
/// quotes, unless somewhere a quote stands inside an unquoted cell. So chunks are read and their quotes counted in turn, but
/// walked at once, from where their first row probably starts. Then each is checked to start where the one before it ended;
/// one that does not is walked again.
/// The outcome is that of one sequential walk.
/// </remarks>
internal sealed class CsvChunks(IByteSource source, string name, CsvHead head, CsvOptions options, MissingWords missing, CsvGuess guess)
{
    // A guess may be wrong and take half the file for one quoted cell: then it gives up soon, as it is walked again anyway.
    private const int GuessMaxRowBytes = 1 << 22;
    private const int Beyond = 1 << 16;

    public List<ChunkFacts> Walk()
    {
        int count = (int)((source.Length - head.DataStart + options.ChunkBytes - 1) / options.ChunkBytes);
        if (options.MaxRows is { } maxRows) return WalkFirst(count, maxRows);
        ChunkFacts[] chunks = WalkGuessed(count);
        long start = head.DataStart;
        for (int i = 0; i < count; i++)
        {
            if (chunks[i].Start != start || chunks[i].End < 0) chunks[i] = Walk(source, start, Limit(i), RowWalk.MaxRowBytes, long.MaxValue, []);
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
            ChunkFacts chunk = Walk(source, start, Limit(i), RowWalk.MaxRowBytes, maxRows - rows, []);
            start = End(chunk);
            rows += chunk.KeptRows;
            chunks.Add(chunk);
        }
        return chunks;
    }

    private ChunkFacts Walk(IByteSource from, long start, long limit, int maxRowBytes, long maxRows, ColumnPart[] like)
    {
        ColumnFacts[] columns = new ColumnFacts[head.Names.Length];
        for (int i = 0; i < columns.Length; i++) columns[i] = new ColumnFacts(options.Columns.ContainsKey(head.Names[i]), guess.IsSettled[i]);
        ChunkFacts facts = new() { Start = start, Columns = columns, Parts = [.. guess.Plans.Select(ColumnBuild.LoosePart)] };
        for (int i = 0; i < like.Length; i++) facts.Parts[i].Expect(like[i]);
        int rows = (int)Math.Clamp((limit - start) * 1.1 / guess.BytesPerRow, 16, 1 << 24);
        ChunkFacts.Visitor visitor = new(facts, head.Separator, missing, maxRows, rows);
        facts.End = RowWalk.Visit(from, start, limit, head.Separator, columns.Length, maxRowBytes, ref visitor);
        foreach (ColumnPart part in facts.Parts) part.Seal();
        return facts;
    }

    private long Limit(int chunk) => Math.Min(source.Length, head.DataStart + ((chunk + 1L) * options.ChunkBytes));

    private long End(ChunkFacts chunk) => chunk.End >= 0
        ? chunk.End
        : throw new TableException($"{name}: a quote opens in line {Lines.NumberAt(source, -1 - chunk.End)} and never closes.", null);

    /// <summary>Walks all chunks as if quotes stood only where they should.</summary>
    private ChunkFacts[] WalkGuessed(int count)
    {
        ChunkFacts[] chunks = new ChunkFacts[count];
        Lock gate = new();
        int next = 0;
        long nul = -1;
        bool isQuoted = false;
        int workers = Math.Min(count, options.Threads);
        Chunked.Run(workers, workers, _ =>
        {
            // Rows that start in a chunk mostly end soon behind it.
            byte[] buffer = new byte[options.ChunkBytes + Beyond];
            ColumnPart[] like = [];
            while (true)
            {
                int i, read;
                bool startsQuoted;
                lock (gate)
                {
                    if (next == count) return;
                    i = next++;
                    read = source.Read(Limit(i - 1), buffer);
                    Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(read, Limit(i) - Limit(i - 1)));
                    startsQuoted = isQuoted;
                    isQuoted ^= (bytes.Count((byte)'"') & 1) == 1;
                    if (bytes.IndexOf((byte)0) is >= 0 and var at)
                    {
                        nul = Limit(i - 1) + at;
                        next = count;
                        return;
                    }
                }
                AheadBytes ahead = new(source, Limit(i - 1), buffer.AsMemory(0, read));
                long start = i == 0 ? head.DataStart : FirstRow(ahead, Limit(i - 1), startsQuoted);
                chunks[i] = Walk(ahead, start, Limit(i), GuessMaxRowBytes, long.MaxValue, like);
                like = chunks[i].Parts;
            }
        });
        return nul < 0 ? chunks : throw CsvGuard.Nul(name, nul);
    }

    private static long FirstRow(IByteSource source, long from, bool isQuoted)
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
