namespace MLPipes.Pipelines;

/// <summary>Refuses files that are no delimited text, by what their first bytes are.</summary>
internal static class CsvGuard
{
    private static readonly (byte[] Magic, string What)[] others =
    [
        ([0xFF, 0xFE], "UTF-16 text; save it as UTF-8"),
        ([0xFE, 0xFF], "UTF-16 text; save it as UTF-8"),
        ([.. "PK\u0003\u0004"u8], "a ZIP archive or an Excel workbook; export it as CSV"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook; export it as CSV"),
        ([.. "PAR1"u8], "a Parquet file; read it with Table.ReadParquet"),
        ([.. "SQLite format 3\0"u8], "a SQLite database; read it with Table.ReadDatabase"),
        ([.. "%PDF-"u8], "a PDF document"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"),
        ([.. "BZh"u8], "bzip2-compressed; unpack it first"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "xz-compressed; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd-compressed; unpack it first"),
    ];

    /// <summary>Where the text starts, behind a byte order mark.</summary>
    /// <exception cref="TableException">It is no text.</exception>
    public static int Check(ReadOnlySpan<byte> sample, string name)
    {
        foreach ((byte[] magic, string what) in others)
            if (sample.StartsWith(magic)) throw new TableException($"{name}: this is no delimited text but {what}.", null);
        int start = sample.StartsWith("\uFEFF"u8) ? 3 : 0;
        int control = 0;
        foreach (byte b in sample[start..])
        {
            if (b == 0) throw Nul(name, sample.IndexOf((byte)0));
            if (b < ' ' && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0B or 0x0C or 0x1A)) control++;
        }
        if (control > 8 && control * 20L > sample.Length)
            throw new TableException($"{name}: this is binary data, no delimited text ({control} control bytes among the first {sample.Length}).", null);
        return start;
    }

    public static TableException Nul(string name, long offset) =>
        new($"{name}: a NUL byte stands at byte {offset}; this is binary or damaged data, or text that is not UTF-8.", null);
}
