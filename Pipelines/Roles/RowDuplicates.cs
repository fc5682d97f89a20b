namespace MLPipes.Pipelines;

/// <summary>Finds columns with the same cells and rows with the same cells, by hashes that were made once.</summary>
internal static class RowDuplicates
{
    /// <summary>The index of the first earlier column with the same cells, by column; -1 for none.</summary>
    public static int[] Columns(Table table, ulong[][] hashes)
    {
        int[] same = new int[hashes.Length];
        Dictionary<ulong, int> first = [];
        for (int c = 0; c < hashes.Length; c++)
        {
            ulong all = 0;
            foreach (ulong hash in hashes[c]) all = CellHash.Join(all, hash);
            same[c] = -1;
            if (table.RowCount == 0 || first.TryAdd(all, c)) continue;
            if (hashes[c].AsSpan().SequenceEqual(hashes[first[all]])) same[c] = first[all];
        }
        return same;
    }

    /// <summary>Number of rows that equal an earlier row in every column.</summary>
    public static int Rows(ulong[][] hashes, int rows, int threads)
    {
        ulong[] joined = new ulong[rows];
        const int chunk = 1 << 14;
        Parallel.For(0, (rows + chunk - 1) / chunk, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            int end = Math.Min(rows, (part + 1) * chunk);
            foreach (ulong[] column in hashes)
                for (int row = part * chunk; row < end; row++) joined[row] = CellHash.Join(joined[row], column[row]);
        });
        Array.Sort(joined);
        int repeated = 0;
        for (int row = 1; row < rows; row++) if (joined[row] == joined[row - 1]) repeated++;
        return repeated;
    }
}
