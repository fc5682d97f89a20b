using System.Data.Common;
using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class Table
{
    /// <summary>Reads a file by what it is: Parquet, JSON lines, or delimited text; the last two gzip-compressed or not.</summary>
    /// <remarks>Parquet is told by its first bytes, JSON lines by the ending .jsonl or .ndjson or a first byte '{', .tsv has tabs.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">For delimited text: what to read differently from what the file looks like.</param>
    /// <exception cref="TableException">The file is missing or can't be read as what it looks like.</exception>
    public static Table Read(string path, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        options.Validate();
        return Sources.Use(path, source => FileKinds.Of(source, path) switch
        {
            FileKind.Parquet => FromParquet(source, path),
            FileKind.JsonLines => JsonLinesReader.Read(source, path),
            FileKind.Tabs => CsvReader.Read(source, path, options with { Separator = options.Separator ?? '\t' }),
            _ => CsvReader.Read(source, path, options),
        });
    }

    /// <summary>Reads the flat columns of a Parquet file; lists and records are left out with a warning.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TableException">The file is missing, damaged or of another kind.</exception>
    public static Table ReadParquet(string path) => Sources.Use(path, source => FromParquet(source, path));

    /// <summary>Reads one JSON object a line, gzip-compressed or not; inner objects become columns with dotted names.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TableException">The file is missing, or a line is no JSON object.</exception>
    public static Table ReadJsonLines(string path) => Sources.Use(path, source => JsonLinesReader.Read(source, path));

    /// <summary>Reads the rows that are left of the reader's current result; the reader is not closed.</summary>
    /// <remarks>Numbers, truth values, dates and text keep their types; text that is all dates becomes dates.</remarks>
    /// <param name="reader">An open reader of any database.</param>
    /// <param name="name">What messages call the source.</param>
    /// <exception cref="TableException">A column holds binary data, or the database fails.</exception>
    public static Table ReadDatabase(DbDataReader reader, string name = "query") => DatabaseReader.Read(reader, name);

    // The package reads asynchronously only, and tables are read at once; nothing here waits for a caller's context.
    private static Table FromParquet(IByteSource source, string path)
    {
        using SourceStream stream = new(source);
        return Task.Run(() => ParquetTableReader.ReadAsync(stream, path)).GetAwaiter().GetResult();
    }
}
