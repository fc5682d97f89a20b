using System.IO.Compression;

namespace MLPipes.Pipelines;

/// <summary>The entries of a zip that is not trusted: only expected names, each once, within size limits, with the right checksum.</summary>
internal sealed class BundleEntries : IDisposable
{
    private const int MaxEntries = (2 * BundleLayout.MaxMembers) + 3;

    private readonly string source;
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> rest = new(StringComparer.Ordinal);
    private long total;

    public BundleEntries(Stream stream, string source)
    {
        this.source = source;
        zip = Guarded(() => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        try
        {
            foreach (ZipArchiveEntry entry in Guarded(() => zip.Entries))
            {
                if (rest.Count == MaxEntries) throw Broken(null, $"it has more than {MaxEntries} entries");
                if (!rest.TryAdd(entry.FullName, entry)) throw Broken(entry.FullName, "the entry stands twice");
            }
        }
        catch (BundleException)
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>The content of entry <paramref name="name"/>; it counts as read.</summary>
    public ReadOnlyMemory<byte> Take(string name, long limit)
    {
        if (!rest.Remove(name, out ZipArchiveEntry? entry)) throw Broken(name, "the entry is missing");
        if (entry.IsEncrypted) throw Broken(name, "the entry is encrypted");
        long declared = entry.Length;
        total += declared;
        if (declared > limit || total > BundleLayout.MaxTotalBytes) throw Broken(name, $"it would unpack to {declared} bytes, more than a model needs");
        // Deflate can't shrink by more than about 1032 times; a larger promise is a lie, and no memory is set aside for it.
        if (declared > (entry.CompressedLength * 1040) + 1024) throw Broken(name, $"{entry.CompressedLength} packed bytes can't hold {declared}");
        return Guarded(() => ReadAll(entry, name, (int)declared), name);
    }

    /// <summary>Refuses entries that nothing asked for.</summary>
    public void RefuseRest()
    {
        if (rest.Count > 0) throw Broken(rest.Keys.Order(StringComparer.Ordinal).First(), "the entry does not belong into a model");
    }

    /// <summary>An entry, for messages.</summary>
    public string Describe(string name) => $"{source}: entry '{name}'";

    /// <summary>The error for a bundle that does not hold: what, where and the next step.</summary>
    public BundleException Broken(string? entry, string problem, string next = "The file is damaged or no mlpipes model: copy or train it again.", Exception? inner = null) =>
        new($"{(entry is null ? source : Describe(Printable(entry)))}: {problem.TrimEnd('.')}. {next}", inner);

    public void Dispose() => zip.Dispose();

    private ReadOnlyMemory<byte> ReadAll(ZipArchiveEntry entry, string name, int declared)
    {
        using Stream content = entry.Open();
        byte[] bytes = new byte[declared];
        int read = content.ReadAtLeast(bytes, declared, throwOnEndOfStream: false);
        if (read < declared) throw Broken(name, $"it unpacks to {read} bytes where {declared} are declared");
        if (content.ReadByte() >= 0) throw Broken(name, $"it unpacks to more than the {declared} bytes declared");
        if (Checksum.Of(bytes) != entry.Crc32) throw Broken(name, "its checksum is wrong");
        return bytes;
    }

    // What the zip reader throws for bytes that are no zip; all else is our own mistake and passes through.
    private T Guarded<T>(Func<T> read, string? entry = null)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw Broken(entry, $"it can't be unpacked ({error.Message})", inner: error);
        }
    }

    private static string Printable(string name) => string.Concat(name.Take(60).Select(c => char.IsControl(c) ? '?' : c));
}
