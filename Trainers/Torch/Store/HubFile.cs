using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>A file of a model as a hub lists it.</summary>
/// <param name="Path">Its path in the model.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Checksum">SHA-256 of a large file; of a small one the SHA-1 that git gives it, over its length and content. Lower-case hex.</param>
internal sealed record HubFile(string Path, long Size, string Checksum)
{
    private const int GitLength = 40, Sha256Length = 64;

    /// <summary>Reads a listing, the answer to <c>api/models/{name}/tree/main</c>.</summary>
    /// <exception cref="JsonException">It is no such listing.</exception>
    public static Dictionary<string, HubFile> ReadListing(byte[] json)
    {
        Dictionary<string, HubFile> files = [];
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("it is no list");
        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            if (Text(entry, "type") != "file") continue;
            JsonElement held = entry.TryGetProperty("lfs", out JsonElement large) && large.ValueKind == JsonValueKind.Object ? large : entry;
            string? path = Text(entry, "path"), checksum = Text(held, "oid")?.ToLowerInvariant();
            if (path is null || checksum is not { Length: GitLength or Sha256Length } || !checksum.All(char.IsAsciiHexDigitLower)
                || !held.TryGetProperty("size", out JsonElement size) || !size.TryGetInt64(out long bytes) || bytes < 0) throw new JsonException("a file lacks path, size or oid");
            files[path] = new HubFile(path, bytes, checksum);
        }
        return files;
    }

    /// <summary>Whether a file on this machine is this one, whole.</summary>
    public bool IsIn(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != Size) return false;
        using FileStream stream = File.OpenRead(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(Checksum.Length == Sha256Length ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (Checksum.Length == GitLength) hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {Size}\0")));
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == Checksum;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
