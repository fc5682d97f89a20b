using System.Text;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Unlabelled texts from files.</summary>
public static class TextCorpus
{
    private static readonly string[] tables = [".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"];

    /// <summary>The texts of a file, or of all files of a folder in the order of their names; empty ones are left out.</summary>
    /// <remarks>
    /// A text is a line of a plain file, UTF-8, gzip-compressed or not. Of a table (.csv, .tsv, .jsonl, .parquet; or any file where a column
    /// is named) it is a cell of the column.
    /// </remarks>
    /// <param name="path">The file or folder.</param>
    /// <param name="column">The table's column; null: the one with the longest texts.</param>
    /// <exception cref="TableException">A file is missing or can't be read, or the column is not there.</exception>
    public static IEnumerable<string> Read(string path, string? column = null)
    {
        if (!Directory.Exists(path)) return IsTable(path) || column is not null ? Cells(path, column) : Lines(path);
        string[] files = [.. Directory.EnumerateFiles(path).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new TableException($"{path}: the folder holds no files. Name a file with a text a line, a table, or a folder of such files.", null);
        return files.SelectMany(f => Read(f, column));
    }

    private static bool IsTable(string path)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return tables.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Cells(string path, string? column)
    {
        Table table = Table.Read(path);
        Column texts = column is not null ? table[column] : Longest(table, path);
        for (int row = 0; row < texts.Count; row++)
            if (texts.TextAt(row) is { } text && !string.IsNullOrWhiteSpace(text)) yield return text;
    }

    private static Column Longest(Table table, string path)
    {
        Column? best = null;
        double longest = 0;
        foreach (Column column in table.Columns.Where(c => c is TextColumn or CategoryColumn))
        {
            double units = 0;
            for (int row = 0; row < column.Count; row++) units += column.TextAt(row)?.Length ?? 0;
            if (units > longest) (best, longest) = (column, units);
        }
        return best ?? throw new TableException($"{path}: no column holds text. Name the column.", null);
    }

    private static IEnumerable<string> Lines(string path)
    {
        using Stream stream = Open(path);
        using StreamReader reader = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        for (long number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (InvalidDataException error)
            {
                throw new TableException($"{path}: {error.Message}", error);
            }
            catch (Exception error) when (error is DecoderFallbackException or IOException)
            {
                throw new TableException($"{path}: around line {number} it can't be read as UTF-8 text ({error.Message.TrimEnd('.')}). Expected a text a line, gzip-compressed or not.", error);
            }
            if (line is null) yield break;
            if (!string.IsNullOrWhiteSpace(line)) yield return line;
        }
    }

    private static Stream Open(string path)
    {
        try
        {
            return GzipData.Unpack(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TableException($"{path}: {(File.Exists(path) ? $"it can't be read ({error.Message.TrimEnd('.')})" : "there is no such file")}.", error);
        }
    }
}
