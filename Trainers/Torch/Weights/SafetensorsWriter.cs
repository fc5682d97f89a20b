using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Writes tensors of float32 numbers as a safetensors file that Python reads.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes the file whole or not at all: a reader sees the old one until the new one is complete.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="tensors">Names, each once; shapes; numbers, row by row.</param>
    /// <param name="metadata">Notes for the header; null for none. Python expects <c>format = pt</c> of PyTorch's weights.</param>
    /// <exception cref="ArgumentException">A name comes twice or is the format's own, or a shape does not fit its numbers.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, long[] Shape, float[] Values)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        byte[] header = Header(tensors, metadata);
        string draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetRandomFileName()}");
        try
        {
            using (FileStream stream = new(draft, FileMode.CreateNew, FileAccess.Write))
            {
                Span<byte> length = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach ((_, _, float[] values) in tensors) stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static byte[] Header(IReadOnlyList<(string Name, long[] Shape, float[] Values)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            HashSet<string> names = [];
            long start = 0;
            foreach ((string name, long[] shape, float[] values) in tensors)
            {
                if (name == "__metadata__" || !names.Add(name)) throw new ArgumentException($"the tensor name '{name}' is taken", nameof(tensors));
                if (shape.Aggregate(1L, (product, length) => checked(product * length)) != values.Length)
                    throw new ArgumentException($"the tensor '{name}' of shape [{string.Join(", ", shape)}] has {values.Length} numbers", nameof(tensors));
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                Write(json, "shape", shape);
                long end = start + (long)values.Length * sizeof(float);
                Write(json, "data_offsets", [start, end]);
                json.WriteEndObject();
                start = end;
            }
            json.WriteEndObject();
        }
        // Blanks after the JSON align the numbers, as the format asks.
        while (bytes.Length % Alignment != 0) bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
