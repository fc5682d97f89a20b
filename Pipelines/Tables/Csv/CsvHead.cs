using System.Text;

namespace MLPipes.Pipelines;

/// <summary>What the beginning of a file says: its separator, its columns' names, where its data start.</summary>
internal sealed record CsvHead(byte Separator, string[] Names, long HeaderStart, long DataStart)
{
    private const int SampleBytes = 1 << 17;
    private const int SampleRows = 200;
    private const int MaxColumns = 1 << 20;
    private static readonly byte[] candidates = [(byte)',', (byte)';', (byte)'\t', (byte)'|'];

    public static CsvHead Read(IByteSource source, string name, CsvOptions options, List<string> warnings)
    {
        int size = (int)Math.Min(source.Length, SampleBytes);
        byte[] sample = new byte[size];
        sample = sample[..source.Read(0, sample)];
        int start = CsvGuard.Check(sample, name);
        while (true)
        {
            bool isFinal = sample.Length >= source.Length;
            ReadOnlySpan<byte> text = sample.AsSpan(start);
            byte separator = options.Separator is { } asked ? (byte)asked : FindSeparator(text, isFinal);
            int[] ends = new int[MaxColumns];
            RowScanner scanner = new(text, separator, isFinal, ends);
            RowResult result;
            while ((result = scanner.Next()) == RowResult.Row && scanner.RowEnd == scanner.RowStart) { }
            if (result == RowResult.Row)
            {
                if (scanner.Cells > MaxColumns) throw new TableException($"{name}: more than {MaxColumns} columns in the first row; is it a table?", null);
                string[] names = options.HasHeader ? ReadNames(text, scanner, ends, warnings) : [.. Enumerable.Range(1, scanner.Cells).Select(i => $"column{i}")];
                return new CsvHead(separator, names, start + scanner.RowStart, start + (options.HasHeader ? scanner.NextRow : scanner.RowStart));
            }
            if (result == RowResult.End) throw new TableException($"{name}: the file is empty; a table with a header row was expected.", null);
            if (result == RowResult.Unclosed) throw new TableException($"{name}: a quote opens in the first row and never closes.", null);
            if (sample.Length >= RowWalk.MaxRowBytes) throw new TableException($"{name}: the first row does not end within 256 MiB; is it a table, and does each quote close?", null);
            sample = new byte[Math.Min(source.Length, sample.Length * 4L)];
            source.Read(0, sample);
        }
    }

    // The separator that splits most of the first rows into the same number of cells, at least two; among equals, the one
    // with more cells, then the more usual one.
    private static byte FindSeparator(ReadOnlySpan<byte> text, bool isFinal)
    {
        byte best = candidates[0];
        double bestScore = 0;
        int[] ends = [];
        foreach (byte candidate in candidates)
        {
            RowScanner scanner = new(text, candidate, isFinal, ends);
            int rows = 0, same = 0, cells = 0;
            while (rows < SampleRows && scanner.Next() == RowResult.Row)
            {
                if (scanner.RowEnd == scanner.RowStart) continue;
                if (rows++ == 0) cells = scanner.Cells;
                if (scanner.Cells == cells) same++;
            }
            if (cells < 2) continue;
            double score = ((double)same / rows) + (1 - (1.0 / cells)) * 0.5;
            if (score > bestScore) (best, bestScore) = (candidate, score);
        }
        return best;
    }

    private static string[] ReadNames(ReadOnlySpan<byte> text, in RowScanner scanner, int[] ends, List<string> warnings)
    {
        string[] names = new string[scanner.Cells];
        byte[] scratch = [];
        int start = scanner.RowStart;
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(CellText.Trim(CellText.Content(text[start..ends[i]], ref scratch)));
            start = ends[i] + 1;
        }
        ColumnNames.MakeUnique(names, warnings);
        return names;
    }
}
