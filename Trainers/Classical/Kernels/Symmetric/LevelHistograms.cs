namespace MLPipes.Trainers;

/// <summary>Sums of packed gradients by column, leaf and bin, kept from level to level so that of two new leaves only the smaller is added up.</summary>
/// <remarks>Sums are of whole numbers: what is left after subtracting is exact, whatever the order or the number of threads.</remarks>
internal sealed unsafe class LevelHistograms
{
    private const long MostKept = 512L << 20;
    private const int FewBins = 24;

    private readonly SplitColumn[] columns;
    private readonly long[]?[] kept;
    private readonly int[] levels; // the level that a column's kept sums are of, −1 for none
    private readonly long[][] ordered; // [words][rows]: packed words, leaf by leaf
    private readonly int words;
    private readonly bool keeps;

    public LevelHistograms(SplitColumn[] columns, int rows, int words, int maxDepth)
    {
        this.columns = columns;
        this.words = words;
        Capacity = 1 << Math.Max(0, maxDepth - 1);
        keeps = BytesKept(columns.Sum(c => (long)c.Bins), words, maxDepth) <= MostKept;
        kept = new long[]?[columns.Length];
        levels = new int[columns.Length];
        ordered = [.. Enumerable.Range(0, words).Select(_ => new long[rows])];
    }

    /// <summary>Leaves that each histogram has room for.</summary>
    public int Capacity { get; }

    /// <summary>Bytes of the sums of columns with so many bins in all.</summary>
    public static long BytesKept(double bins, int words, int maxDepth) => (long)(8 * bins * words * (1 << Math.Max(0, maxDepth - 1)));

    /// <summary>Forgets the last tree.</summary>
    public void Reset() => Array.Fill(levels, -1);

    /// <summary>Puts the packed words of a leaf's rows side by side.</summary>
    public void Order(LeafRows rows, int leaf, PackedGradients packed)
    {
        int start = rows.Starts[leaf], end = start + rows.Counts[leaf];
        for (int word = 0; word < words; word++)
        {
            long[] from = packed.Words[word], to = ordered[word];
            for (int i = start; i < end; i++) to[i] = from[rows.Rows[i]];
        }
    }

    /// <summary>Whether <see cref="Order"/> is needed for leaf <paramref name="leaf"/> of level <paramref name="level"/>.</summary>
    public bool Needs(LeafRows rows, int leaf, int level, bool allColumns) =>
        level == 0 || !keeps || !allColumns || leaf == Smaller(rows, leaf & ~(1 << (level - 1)), 1 << (level - 1));

    /// <summary>The sums of column <paramref name="index"/> over the leaves of level <paramref name="level"/>, [words × capacity × bins].</summary>
    /// <param name="index">Index of the column.</param>
    /// <param name="bins">The bins of its rows.</param>
    /// <param name="rows">Rows by leaf.</param>
    /// <param name="level">Level, from 0.</param>
    /// <param name="scratch">Of this thread, for sums that are not kept; grows as needed.</param>
    public long[] Of(int index, byte[] bins, LeafRows rows, int level, ref long[] scratch)
    {
        int width = columns[index].Bins, needed = words * Capacity * width;
        long[] sums;
        if (keeps) sums = kept[index] ??= new long[needed];
        else
        {
            if (scratch.Length < needed) scratch = new long[needed];
            sums = scratch;
        }
        bool follows = keeps && level > 0 && levels[index] == level - 1;
        levels[index] = level;
        fixed (long* all = sums)
        fixed (byte* bin = bins)
        fixed (int* row = rows.Rows)
            for (int word = 0; word < words; word++)
                fixed (long* value = ordered[word])
                {
                    long* cells = all + ((long)word * Capacity * width);
                    if (follows) Follow(cells, width, bin, row, value, rows, level);
                    else
                        for (int leaf = 0; leaf < 1 << level; leaf++) Sum(cells + ((long)leaf * width), width, bin, row, value, rows.Starts[leaf], rows.Counts[leaf]);
                }
        return sums;
    }

    private static int Smaller(LeafRows rows, int leaf, int mask) => rows.Counts[leaf | mask] <= rows.Counts[leaf] ? leaf | mask : leaf;

    private static void Follow(long* cells, int width, byte* bin, int* row, long* value, LeafRows rows, int level)
    {
        int mask = 1 << (level - 1);
        for (int leaf = 0; leaf < mask; leaf++)
        {
            long* left = cells + ((long)leaf * width), right = cells + ((long)(leaf | mask) * width);
            int smaller = Smaller(rows, leaf, mask);
            Sum(right, width, bin, row, value, rows.Starts[smaller], rows.Counts[smaller]);
            if (rows.Counts[smaller] == 0)
            {
                // The other takes all. Where it is the right one, sums move over; they were cleared just now.
                if (smaller == leaf) Swap(left, right, width);
            }
            else if (smaller != leaf)
            {
                for (int b = 0; b < width; b++) left[b] -= right[b];
            }
            else
            {
                for (int b = 0; b < width; b++)
                {
                    long sum = right[b];
                    right[b] = left[b] - sum;
                    left[b] = sum;
                }
            }
        }
    }

    private static void Swap(long* left, long* right, int width)
    {
        for (int b = 0; b < width; b++) (left[b], right[b]) = (right[b], left[b]);
    }

    private static void Sum(long* cells, int width, byte* bin, int* row, long* value, int start, int count)
    {
        new Span<long>(cells, width).Clear();
        if (width <= FewBins && count > 4 * width)
        {
            SumFew(cells, width, bin, row, value, start, count);
            return;
        }
        int i = start, end = start + count;
        for (; i + 4 <= end; i += 4)
        {
            int a = bin[row[i]], b = bin[row[i + 1]], c = bin[row[i + 2]], d = bin[row[i + 3]];
            cells[a] += value[i];
            cells[b] += value[i + 1];
            cells[c] += value[i + 2];
            cells[d] += value[i + 3];
        }
        for (; i < end; i++) cells[bin[row[i]]] += value[i];
    }

    // Few bins: an addition would often wait for the one before it to the same bin, so four sets of bins take turns.
    private static void SumFew(long* cells, int width, byte* bin, int* row, long* value, int start, int count)
    {
        long* second = stackalloc long[3 * FewBins];
        long* third = second + FewBins;
        long* fourth = third + FewBins;
        new Span<long>(second, 3 * FewBins).Clear();
        int i = start, end = start + count;
        for (; i + 4 <= end; i += 4)
        {
            cells[bin[row[i]]] += value[i];
            second[bin[row[i + 1]]] += value[i + 1];
            third[bin[row[i + 2]]] += value[i + 2];
            fourth[bin[row[i + 3]]] += value[i + 3];
        }
        for (; i < end; i++) cells[bin[row[i]]] += value[i];
        for (int b = 0; b < width; b++) cells[b] += second[b] + third[b] + fourth[b];
    }
}
