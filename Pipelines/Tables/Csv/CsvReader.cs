namespace MLPipes.Pipelines;

/// <summary>Reads delimited text into a table: one walk finds rows and kinds and fills the columns as they are guessed to be, a second one those that are not.</summary>
internal static class CsvReader
{
    private const int RowsNamed = 8;

    public static Table Read(IByteSource source, string name, CsvOptions options)
    {
        List<string> warnings = [];
        CsvHead head = CsvHead.Read(source, name, options, warnings);
        string[] unknown = [.. options.Columns.Keys.Except(head.Names, StringComparer.Ordinal)];
        if (unknown.Length > 0) warnings.Add($"The options name columns that the file does not have: {string.Join(", ", unknown)}.");
        MissingWords missing = new(options.MissingValues);
        CsvGuess guess = CsvGuess.From(source, head, options, missing);
        List<ChunkFacts> chunks = new CsvChunks(source, name, head, options, missing, guess).Walk();

        int[] firstRows = new int[chunks.Count + 1];
        for (int i = 0; i < chunks.Count; i++)
        {
            long next = (long)firstRows[i] + chunks[i].KeptRows;
            if (next > Array.MaxLength) throw new TableException($"{name}: more than {Array.MaxLength} rows; read a part of it with MaxRows.", null);
            firstRows[i + 1] = (int)next;
        }
        int rows = firstRows[^1];
        List<long> dropped = Judge(source, name, head, options, chunks, warnings);
        if (rows == 0)
        {
            throw new TableException(dropped.Count == 0
                ? $"{name}: a header of {head.Names.Length} columns and no rows."
                : $"{name}: each of the {dropped.Count} rows has more cells than the header's {head.Names.Length}; is the header of this file, and the separator '{(char)head.Separator}' right?", null);
        }

        ColumnPlan[] plans = new ColumnPlanner(options, head.Separator, warnings).Plan(head.Names, Sum(chunks));
        foreach (ChunkFacts chunk in chunks) Array.Clear(chunk.Columns);
        ColumnBuild[] builds = [.. plans.Select(p => new ColumnBuild(p, rows, firstRows))];
        bool[] isRead = [.. plans.Select((p, c) => p == guess.Plans[c])];
        if (isRead.Contains(false)) Reread(source, head, options, missing, chunks, firstRows, builds, isRead);
        Column[] columns = new Column[builds.Length];
        Chunked.Run(columns.Length, options.Threads, c =>
        {
            for (int i = 0; i < chunks.Count && isRead[c]; i++) builds[c].Take(i, chunks[i].Parts[c]);
            columns[c] = builds[c].Finish(name, options.Threads);
        });
        foreach (ColumnBuild build in builds) warnings.AddRange(build.Warnings(row => RowNumber(row, dropped)));
        return new Table(columns, warnings, name)
        {
            Csv = new CsvReading
            {
                Separator = (char)head.Separator,
                HasHeader = options.HasHeader,
                Columns = columns.ToDictionary(c => c.Name, c => c.Kind, StringComparer.Ordinal),
                DroppedRows = dropped,
                Options = options,
            },
        };
    }

    private static void Reread(IByteSource source, CsvHead head, CsvOptions options, MissingWords missing, List<ChunkFacts> chunks, int[] firstRows, ColumnBuild[] builds, bool[] isRead) =>
        Chunked.Run(chunks.Count, options.Threads, i =>
        {
            ColumnPart?[] parts = new ColumnPart?[builds.Length];
            for (int c = 0; c < parts.Length; c++) if (!isRead[c]) parts[c] = builds[c].Part(i);
            ChunkParse parse = new(parts, head.Separator, missing, firstRows[i]);
            RowWalk.Visit(source, chunks[i].Start, chunks[i].End, head.Separator, parts.Length, RowWalk.MaxRowBytes, ref parse);
        });

    private static ColumnFacts[] Sum(List<ChunkFacts> chunks)
    {
        ColumnFacts[] sums = chunks[0].Columns.ToArray();
        for (int i = 1; i < chunks.Count; i++)
            for (int c = 0; c < sums.Length; c++) sums[c].Add(chunks[i].Columns[c]);
        return sums;
    }

    /// <summary>Warns of rows that are odd, or fails, and returns the numbers of the rows that are left out.</summary>
    private static List<long> Judge(IByteSource source, string name, CsvHead head, CsvOptions options, List<ChunkFacts> chunks, List<string> warnings)
    {
        List<long> dropped = [], shorts = [];
        long first = 1, shortRows = 0, badRows = chunks.Sum(c => (long)c.BadRows);
        foreach (ChunkFacts chunk in chunks)
        {
            foreach (int index in chunk.LongRows) dropped.Add(first + index);
            foreach (int index in chunk.FirstShortRows) if (shorts.Count < RowsNamed) shorts.Add(first + index);
            shortRows += chunk.ShortRows;
            if (chunk.BadRows > 0 && badRows > 0)
            {
                warnings.Add($"The file is not clean UTF-8: {badRows} rows hold other bytes, which were replaced; the first is row {first + chunk.FirstBadIndex} in line {Lines.NumberAt(source, chunk.FirstBadRow)}.");
                badRows = 0;
            }
            first += chunk.AllRows;
        }
        if (shortRows > 0) warnings.Add($"{Rows(shortRows, shorts)} fewer than {head.Names.Length} cells; the last ones are missing there.");
        if (dropped.Count == 0) return dropped;
        if (options.LongRows == LongRows.Fail)
        {
            throw new TableException(null, dropped[0], $"more than {head.Names.Length} cells", $"{head.Names.Length} as in the header",
                $"{Rows(dropped.Count, dropped)} too many; set LongRows to drop them.", name);
        }
        warnings.Add($"{Rows(dropped.Count, dropped)} more than {head.Names.Length} cells and {(dropped.Count == 1 ? "was" : "were")} dropped.");
        return dropped;
    }

    private static string Rows(long count, List<long> named) => count == 1
        ? $"Row {named[0]} has"
        : $"{count} rows ({string.Join(", ", named.Take(RowsNamed))}{(count > RowsNamed ? ", …" : "")}) have";

    /// <summary>The number in the file of the row at an index of the table.</summary>
    private static long RowNumber(int row, List<long> dropped)
    {
        long number = row + 1L;
        foreach (long gone in dropped)
        {
            if (gone > number) break;
            number++;
        }
        return number;
    }
}
