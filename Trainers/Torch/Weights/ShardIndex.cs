using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Reads <c>model.safetensors.index.json</c>, which tells for each tensor of a large model the file that holds it.</summary>
internal static class ShardIndex
{
    /// <summary>Its name in a model's folder.</summary>
    public const string FileName = "model.safetensors.index.json";

    private const long Longest = 64 << 20;

    /// <summary>Tensor name to file name, each a plain name in the index's own folder.</summary>
    /// <exception cref="TorchException">It is damaged, or names a file elsewhere.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        long length = new FileInfo(path).Length;
        if (length > Longest) throw SafetensorsHeader.Damaged(path, $"it has {length} bytes, expected at most {Longest}");
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
                throw SafetensorsHeader.Damaged(path, "it has no object weight_map");
            Dictionary<string, string> files = [];
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                string? file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
                if (!IsPlainName(file)) throw SafetensorsHeader.Damaged(path, $"weight_map sends '{entry.Name}' to {entry.Value.GetRawText()}, expected the plain name of a .safetensors file beside it");
                files.Add(entry.Name, file!);
            }
            return files.Count > 0 ? files : throw SafetensorsHeader.Damaged(path, "its weight_map is empty");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw SafetensorsHeader.Damaged(path, $"it is no valid JSON ({error.Message})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TorchException($"{path} can't be opened: {error.Message} Check that the file may be read.", error);
        }
    }

    /// <summary>The plain names of the files that an index names.</summary>
    public static IReadOnlyList<string> Files(string path) => [.. Read(path).Values.Distinct().Order(StringComparer.Ordinal)];

    private static bool IsPlainName(string? name) =>
        name is { Length: > 0 and <= 255 } && name.EndsWith(".safetensors", StringComparison.Ordinal) && name[0] != '.'
        && name.All(c => c is >= ' ' and not ('/' or '\\' or ':'));
}
