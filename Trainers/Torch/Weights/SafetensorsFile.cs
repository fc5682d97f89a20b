using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Trainers.Torch;

/// <summary>One safetensors file, mapped into memory; tensors are converted to float32 as they are read.</summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private const int LengthSize = 8;

    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* data;

    /// <exception cref="TorchException">The file is missing, damaged or no safetensors file.</exception>
    public SafetensorsFile(string path)
    {
        Path = path;
        FileInfo info = new(path);
        if (!info.Exists) throw new TorchException($"The weights {path} are missing. Get the file from where the model came.");
        if (info.Length < LengthSize) throw SafetensorsHeader.Damaged(path, $"it has {info.Length} bytes, which is no whole header");
        try
        {
            map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TorchException($"The weights {path} can't be opened: {error.Message} Check that the file may be read.", error);
        }
        view = map.CreateViewAccessor(0, info.Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            start += view.PointerOffset;
            ulong header = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(start, LengthSize));
            ulong room = (ulong)info.Length - LengthSize;
            if (header > room) throw SafetensorsHeader.Damaged(path, $"its header should have {header} bytes, and the file has {room} after the header's length; it is truncated or no safetensors file");
            if (header > SafetensorsHeader.Longest) throw SafetensorsHeader.Damaged(path, $"its header has {header} bytes, expected at most {SafetensorsHeader.Longest}");
            Entries = SafetensorsHeader.Read(new ReadOnlySpan<byte>(start + LengthSize, (int)header), (long)(room - header), path);
            data = start + LengthSize + header;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>All tensors by name, also those whose format is not read.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; } = new Dictionary<string, SafetensorsEntry>();

    /// <summary>Writes a tensor's numbers, of which there are as many as its shape tells, to <paramref name="values"/>.</summary>
    public void Read(SafetensorsEntry entry, Span<float> values)
    {
        ReadOnlySpan<byte> bytes = new(data + entry.Start, checked((int)entry.Length));
        switch (entry.Type)
        {
            case "F32": MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values); break;
            case "F16": TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values); break;
            case "BF16": Widen(MemoryMarshal.Cast<byte, ushort>(bytes), values); break;
            default: throw SafetensorsHeader.Damaged(Path, $"the tensor '{entry.Name}' has the dtype {entry.Type}, expected {SafetensorsEntry.ReadTypes}");
        }
    }

    /// <summary>bfloat16 is the upper half of float32.</summary>
    private static void Widen(ReadOnlySpan<ushort> halves, Span<float> values)
    {
        const int shift = 16;
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        int done = 0;
        for (; done <= halves.Length - Vector256<ushort>.Count; done += Vector256<ushort>.Count)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Create(halves[done..]));
            (low << shift).CopyTo(bits[done..]);
            (high << shift).CopyTo(bits[(done + Vector256<uint>.Count)..]);
        }
        for (; done < halves.Length; done++) bits[done] = (uint)halves[done] << shift;
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        map.Dispose();
    }
}
