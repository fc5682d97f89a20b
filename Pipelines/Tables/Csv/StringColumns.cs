using System.Runtime.CompilerServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Makes a category or a text column of codes into a pool of distinct strings.</summary>
internal static class StringColumns
{
    private const int BlockChars = 1 << 20;
    private const int RowsAtOnce = 1 << 17;

    /// <param name="name">The column's name.</param>
    /// <param name="codes">[rows]: numbers in <paramref name="pool"/>, -1 where missing; taken over.</param>
    /// <param name="pool">The distinct strings.</param>
    /// <param name="kind">Category or Text; null to choose by the strings.</param>
    public static Column Make(string name, int[] codes, StringPool pool, ColumnKind? kind) => Make(name, codes, [pool], kind, threads: 1);

    /// <param name="name">The column's name.</param>
    /// <param name="codes">[rows]: numbers in <paramref name="pools"/>, counted through from the first pool to the last, -1 where missing; taken over.</param>
    /// <param name="pools">The distinct strings, each in one pool only.</param>
    /// <param name="kind">Category or Text; null to choose by the strings.</param>
    /// <param name="threads">Threads to work on; the column does not depend on it.</param>
    public static Column Make(string name, int[] codes, StringPool[] pools, ColumnKind? kind, int threads) =>
        (kind ?? Choose(codes, pools)) == ColumnKind.Text ? Text(name, codes, pools, threads) : Category(name, codes, pools);

    /// <summary>As <see cref="Make(string, int[], StringPool, ColumnKind?)"/>, but a column whose strings are all dates, or all true or false, becomes one of those.</summary>
    public static Column Infer(string name, int[] codes, StringPool pool, List<string> warnings)
    {
        ColumnFacts facts = new(isForced: false);
        for (int i = 0; i < pool.Count; i++) facts.Add(CellText.Trim(pool[i]));
        if (pool.Count == 0 || facts.IsNumber || (!facts.IsBoolean && facts.Dates == DateShape.None)) return Make(name, codes, pool, kind: null);
        ColumnKind kind = facts.IsBoolean ? ColumnKind.Boolean : ColumnKind.Date;
        ColumnPlan plan = new(name, kind, DecimalMark.Point, kind == ColumnKind.Date ? new ColumnPlanner(new CsvOptions(), (byte)',', warnings).Layout(name, facts.Dates) : DateShape.None);
        ColumnBuild build = new(plan, codes.Length, [0, codes.Length]);
        ColumnPart part = build.Part(0);
        for (int row = 0; row < codes.Length; row++)
        {
            if (codes[row] < 0) part.AddMissing(row);
            else part.Add(CellText.Trim(pool[codes[row]]), row);
        }
        return build.Finish(source: null, threads: 1);
    }

    // Free text is what has line breaks, or is long and hardly repeats; everything else is a category, however many there are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ColumnKind Choose(int[] codes, StringPool[] pools)
    {
        long rows = 0, words = 0, bytes = 0;
        int count = 0;
        foreach (int code in codes) if (code >= 0) rows++;
        foreach (StringPool pool in pools)
        {
            ReadOnlySpan<byte> all = pool.Range(0, pool.Count);
            if (all.ContainsAny((byte)'\n', (byte)'\r')) return ColumnKind.Text;
            words += all.Count((byte)' ') + pool.Count;
            bytes += pool.TotalBytes;
            count += pool.Count;
        }
        if (count <= 20) return ColumnKind.Category;
        double repeat = (double)count / rows, meanWords = (double)words / count, meanBytes = (double)bytes / count;
        bool isProse = (meanWords >= 3 && repeat > 0.5) || (meanWords >= 4 && repeat > 0.1) || (meanWords >= 4 && count > 1000);
        // Scripts without spaces show by their bytes alone.
        bool isLong = (meanBytes >= 40 && repeat > 0.3) || (meanBytes >= 100 && count > 1000);
        bool isMany = count > 250_000 && repeat > 0.5;
        return isProse || isLong || isMany ? ColumnKind.Text : ColumnKind.Category;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static CategoryColumn Category(string name, int[] codes, StringPool[] pools)
    {
        string[] texts = new string[pools.Sum(p => p.Count)];
        int[] order = new int[texts.Length];
        int next = 0;
        foreach (StringPool pool in pools)
            for (int i = 0; i < pool.Count; i++) texts[next++] = Encoding.UTF8.GetString(pool[i]);
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(texts, order, StringComparer.Ordinal);
        // Different bytes may be the same string where they are not UTF-8 and were replaced.
        int[] sorted = new int[texts.Length];
        int distinct = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            if (i == 0 || texts[i] != texts[distinct - 1]) texts[distinct++] = texts[i];
            sorted[order[i]] = distinct - 1;
        }
        for (int row = 0; row < codes.Length; row++) if (codes[row] >= 0) codes[row] = sorted[codes[row]];
        return new CategoryColumn(name, codes, distinct == texts.Length ? texts : texts[..distinct]);
    }

    private static TextColumn Text(string name, int[] codes, StringPool[] pools, int threads)
    {
        ReadOnlyMemory<char>[] distinct = new ReadOnlyMemory<char>[pools.Sum(p => p.Count)];
        Chunked.Run(pools.Length, threads, i => Decode(pools[i], distinct.AsSpan(pools.Take(i).Sum(p => p.Count), pools[i].Count)));
        ReadOnlyMemory<char>[] cells = new ReadOnlyMemory<char>[codes.Length];
        Chunked.Run((cells.Length + RowsAtOnce - 1) / RowsAtOnce, threads, i => Spread(codes, distinct, cells, i * RowsAtOnce, Math.Min(cells.Length, (i + 1) * RowsAtOnce)));
        return new TextColumn(name, cells);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(int[] codes, ReadOnlyMemory<char>[] distinct, ReadOnlyMemory<char>[] cells, int from, int to)
    {
        for (int row = from; row < to; row++) if (codes[row] >= 0) cells[row] = distinct[codes[row]];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Decode(StringPool pool, Span<ReadOnlyMemory<char>> distinct)
    {
        for (int from = 0; from < pool.Count;)
        {
            // UTF-8 never has fewer bytes than UTF-16 has characters.
            int to = from, size = 0;
            while (to < pool.Count && (to == from || size + pool[to].Length <= BlockChars)) size += pool[to++].Length;
            ReadOnlySpan<byte> bytes = pool.Range(from, to);
            int used = 0;
            if (Ascii.IsValid(bytes))
            {
                // A character for each byte: the strings lie in the block as they lie in the pool.
                string ascii = Encoding.ASCII.GetString(bytes);
                for (; from < to; used += pool[from++].Length) distinct[from] = ascii.AsMemory(used, pool[from].Length);
                continue;
            }
            char[] block = new char[CharsIn(pool, from, to)];
            for (; from < to; from++)
            {
                int count = Encoding.UTF8.GetChars(pool[from], block.AsSpan(used));
                distinct[from] = block.AsMemory(used, count);
                used += count;
            }
        }
    }

    private static int CharsIn(StringPool pool, int from, int to)
    {
        int chars = 0;
        for (; from < to; from++) chars += Encoding.UTF8.GetCharCount(pool[from]);
        return chars;
    }
}
