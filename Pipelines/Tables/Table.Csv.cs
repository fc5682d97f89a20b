using MLPipes.Pipelines;

namespace MLPipes;

public sealed partial class Table
{
    /// <summary>How the file was read, where the table comes straight from <see cref="ReadCsv(string, CsvOptions?)"/>; else null.</summary>
    public CsvReading? Csv { get; internal init; }

    /// <summary>Reads a delimited text file, gzip-compressed or not; kinds are inferred from all rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What to read differently from what the file looks like.</param>
    /// <exception cref="TableException">The file is missing, empty, no text, or has rows that the options refuse.</exception>
    public static Table ReadCsv(string path, CsvOptions? options = null)
    {
        options ??= new CsvOptions();
        options.Validate();
        return Sources.Use(path, source => CsvReader.Read(source, path, options));
    }

    /// <summary>Reads delimited text from a stream, gzip-compressed or not, to its end; the stream is not closed.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="options">What to read differently from what the text looks like.</param>
    /// <param name="name">What messages call the source.</param>
    /// <exception cref="TableException">It is empty, no text, or has rows that the options refuse.</exception>
    public static Table ReadCsv(Stream stream, CsvOptions? options = null, string name = "input")
    {
        options ??= new CsvOptions();
        options.Validate();
        return Sources.Use(stream, name, source => CsvReader.Read(source, name, options));
    }
}
