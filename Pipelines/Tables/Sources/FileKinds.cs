namespace MLPipes.Pipelines;

/// <summary>The kinds of files that tables are read from.</summary>
internal enum FileKind
{
    Csv,
    Tabs,
    JsonLines,
    Parquet,
}

/// <summary>Tells what a file is by its first bytes, and where they leave it open by its name.</summary>
internal static class FileKinds
{
    public static FileKind Of(IByteSource source, string path)
    {
        Span<byte> head = stackalloc byte[64];
        ReadOnlySpan<byte> first = head[..source.Read(0, head)];
        if (first.StartsWith("PAR1"u8)) return FileKind.Parquet;
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(path) : path;
        string extension = Path.GetExtension(name).ToLowerInvariant();
        if (extension is ".parquet") return FileKind.Parquet;
        if (extension is ".jsonl" or ".ndjson" || CellText.Trim(first).StartsWith("{\""u8)) return FileKind.JsonLines;
        return extension is ".tsv" or ".tab" ? FileKind.Tabs : FileKind.Csv;
    }
}
