namespace MLPipes.Pipelines;

/// <summary>Opens files and streams, unpacking gzip by its first bytes, and turns what can go wrong into one plain error.</summary>
internal static class Sources
{
    public static T Use<T>(string path, Func<IByteSource, T> read) => Guard(path, () =>
    {
        using IByteSource source = Open(path);
        return read(source);
    });

    public static T Use<T>(Stream stream, string name, Func<IByteSource, T> read) => Guard(name, () =>
    {
        using MemoryBytes source = Unpack(new MemoryBytes(stream));
        return read(source);
    });

    /// <summary>Runs <paramref name="work"/>; input and output errors become a <see cref="TableException"/> that names the source.</summary>
    public static T Guard<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TableException($"{name}: there is no such file.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new TableException(Directory.Exists(name) ? $"{name}: this is a directory; name a file." : $"{name}: this file may not be read by this user.", error);
        }
        catch (InvalidDataException error)
        {
            throw new TableException($"{name}: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new TableException($"{name}: {error.Message}", error);
        }
    }

    private static IByteSource Open(string path)
    {
        if (path.Length == 0 || path.Contains('\0')) throw new TableException($"'{path.Replace('\0', ' ')}' is no path to a file.", null);
        FileBytes file = new(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read));
        Span<byte> magic = stackalloc byte[2];
        if (file.Read(0, magic) < 2 || magic[0] != 0x1F || magic[1] != 0x8B) return file;
        file.Dispose();
        using Stream unpacked = GzipData.Unpack(File.OpenRead(path));
        return new MemoryBytes(unpacked);
    }

    private static MemoryBytes Unpack(MemoryBytes bytes)
    {
        Span<byte> magic = stackalloc byte[2];
        if (bytes.Read(0, magic) < 2 || magic[0] != 0x1F || magic[1] != 0x8B) return bytes;
        using Stream unpacked = GzipData.Unpack(new SourceStream(bytes));
        return new MemoryBytes(unpacked);
    }
}
