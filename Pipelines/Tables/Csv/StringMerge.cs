using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>Makes one dictionary of those of a column's parts: shares of the strings by their hash are merged at once, each of a size that caches hold.</summary>
internal sealed class StringMerge
{
    private const int FirstSlots = 1 << 12;
    private const int MaxShares = 64;
    private const long StringsPerShare = 1 << 16;

    private readonly StringPool?[] parts;
    private readonly int[][] maps;
    private readonly int[] bases;

    private StringMerge(StringPool?[] parts, int shares)
    {
        this.parts = parts;
        maps = [.. parts.Select(p => new int[p!.Count])];
        bases = new int[shares];
        Pools = new StringPool[shares];
    }

    /// <summary>The distinct strings of all parts, each in one pool; codes count through from the first pool to the last.</summary>
    public StringPool[] Pools { get; }

    /// <summary>Merges; null where there is more text than one column may have. The shares depend on the strings alone, never on threads.</summary>
    public static StringMerge? Of(StringPool[] parts, int threads)
    {
        long strings = parts.Sum(p => (long)p.Count), bytes = parts.Sum(p => (long)p.TotalBytes);
        int shares = 1;
        while (shares < MaxShares && shares * StringsPerShare < strings) shares *= 2;
        StringMerge merge = new([.. parts], shares);
        bool isFull = false;
        int[][] orders = new int[parts.Length][], ends = new int[parts.Length][];
        Chunked.Run(parts.Length, threads, i => orders[i] = parts[i].ByShare(ends[i] = new int[shares]));
        Chunked.Run(shares, threads, share =>
        {
            // Room for all as if they differed, as memory that is never written to costs nothing.
            int most = 0;
            for (int i = 0; i < parts.Length; i++) most += ends[i][share] - (share == 0 ? 0 : ends[i][share - 1]);
            int room = (int)Math.Min(bytes / shares * 9 / 8, StringPool.MaxBytes);
            StringPool pool = merge.Pools[share] = new StringPool(most, room, FirstSlots);
            for (int i = 0; i < parts.Length; i++)
            {
                Range some = (share == 0 ? 0 : ends[i][share - 1])..ends[i][share];
                if (!pool.AddSome(parts[i], orders[i].AsSpan(some), merge.maps[i])) Volatile.Write(ref isFull, true);
            }
            pool.Seal();
        });
        if (isFull || merge.Pools.Sum(p => (long)p.TotalBytes) > StringPool.MaxBytes) return null;
        for (int i = 1; i < shares; i++) merge.bases[i] = merge.bases[i - 1] + merge.Pools[i - 1].Count;
        return merge;
    }

    /// <summary>Turns the codes of a part into those of <see cref="Pools"/>; each part once, as its own dictionary is let go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Translate(int part, ReadOnlySpan<int> codes, Span<int> target)
    {
        int[] map = maps[part];
        StringPool pool = parts[part]!;
        for (int i = 0; i < map.Length; i++) map[i] += bases[pool.ShareOf(i, bases.Length)];
        for (int i = 0; i < codes.Length; i++) target[i] = codes[i] < 0 ? codes[i] : map[codes[i]];
        parts[part] = null;
        maps[part] = [];
    }
}
