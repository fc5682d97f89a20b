using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Reads and checks the header of a safetensors file.</summary>
/// <remarks>
/// A header is JSON: a name gives dtype, shape and data_offsets [start, end). As the format asks, the tensors fill what follows the
/// header without a hole and without an overlap. Source: the safetensors format description, github.com/huggingface/safetensors.
/// </remarks>
internal static class SafetensorsHeader
{
    /// <summary>The longest header that the format allows.</summary>
    public const long Longest = 100_000_000;

    private const int MostDimensions = 16;

    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes that follow the header in the file.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <exception cref="TorchException">The header is no such JSON, or contradicts itself or the file.</exception>
    public static Dictionary<string, SafetensorsEntry> Read(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        Dictionary<string, SafetensorsEntry> entries = [];
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
            Expect(ref reader, JsonTokenType.StartObject, file);
            while (Next(ref reader, file) == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (name == "__metadata__")
                {
                    Next(ref reader, file);
                    reader.Skip();
                }
                else if (!entries.TryAdd(name, Entry(ref reader, name, file)))
                {
                    throw Damaged(file, $"it describes the tensor '{Shown(name)}' twice");
                }
            }
            if (reader.Read()) throw Damaged(file, "its header goes on after its end");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw Damaged(file, $"its header is no valid JSON ({error.Message})", error);
        }
        CheckOffsets(entries.Values, dataLength, file);
        return entries;
    }

    /// <summary>An error about a file of weights, with what to do about it.</summary>
    public static TorchException Damaged(string file, string why, Exception? inner = null) =>
        new($"The weights in {file} can't be read: {why}. Get the file again from where it came, or save it again as safetensors.", inner);

    private static SafetensorsEntry Entry(ref Utf8JsonReader reader, string name, string file)
    {
        string? type = null;
        List<long>? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (Next(ref reader, file) == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Next(ref reader, file);
            if (key == "dtype") type = reader.GetString();
            else if (key == "shape") shape = Numbers(ref reader, name, key, file);
            else if (key == "data_offsets") offsets = Numbers(ref reader, name, key, file);
            else reader.Skip();
        }
        if (type is null || shape is null || offsets is not [long start, long end])
            throw Damaged(file, $"the tensor '{Shown(name)}' lacks one of dtype, shape and two data_offsets");
        int size = SafetensorsEntry.SizeOf(type);
        if (size == 0) throw Damaged(file, $"the tensor '{Shown(name)}' has the unknown dtype '{Shown(type)}', expected {SafetensorsEntry.ReadTypes}");
        if (start > end) throw Damaged(file, $"the tensor '{Shown(name)}' ends at {end}, before its start at {start}");
        UInt128 bytes = (UInt128)size;
        foreach (long length in shape)
        {
            bytes *= (UInt128)length;
            if (bytes > long.MaxValue) throw Damaged(file, $"the tensor '{Shown(name)}' has the impossible shape [{string.Join(", ", shape)}]");
        }
        if (bytes != (UInt128)(end - start))
            throw Damaged(file, $"the tensor '{Shown(name)}' of shape [{string.Join(", ", shape)}] and dtype {type} takes {bytes} bytes, found {end - start}");
        return new SafetensorsEntry(name, type, [.. shape], start, end - start);
    }

    private static List<long> Numbers(ref Utf8JsonReader reader, string name, string key, string file)
    {
        List<long> numbers = [];
        if (reader.TokenType != JsonTokenType.StartArray) throw Damaged(file, $"{key} of the tensor '{Shown(name)}' is no list");
        while (Next(ref reader, file) != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0 || numbers.Count == MostDimensions)
                throw Damaged(file, $"{key} of the tensor '{Shown(name)}' is not a list of at most {MostDimensions} whole numbers, 0 or larger");
            numbers.Add(number);
        }
        return numbers;
    }

    private static void CheckOffsets(IEnumerable<SafetensorsEntry> entries, long dataLength, string file)
    {
        long expected = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(e => e.Start).ThenBy(e => e.Length))
        {
            if (entry.Start != expected)
                throw Damaged(file, $"the tensor '{Shown(entry.Name)}' starts at {entry.Start}, expected {expected}, where the one before it ends");
            expected += entry.Length;
            if (expected > dataLength)
                throw Damaged(file, $"it is truncated: the tensor '{Shown(entry.Name)}' ends at {expected}, and {dataLength} bytes follow the header");
        }
        if (expected != dataLength) throw Damaged(file, $"its tensors take {expected} bytes, found {dataLength} after the header");
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader, string file) =>
        reader.Read() ? reader.TokenType : throw Damaged(file, "its header ends too early");

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType expected, string file)
    {
        if (Next(ref reader, file) != expected) throw Damaged(file, $"its header holds {reader.TokenType} where {expected} is expected");
    }

    // A damaged header may hold a name of megabytes.
    private static string Shown(string name) => name.Length <= 80 ? name : $"{name[..80]}…";
}
