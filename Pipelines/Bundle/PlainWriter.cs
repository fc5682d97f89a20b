using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Writes plain learned data: little-endian numbers, UTF-8 strings, length-prefixed arrays, nested parts by kind.</summary>
public sealed class PlainWriter(Stream stream)
{
    /// <summary>A 32-bit integer.</summary>
    public void Int(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    /// <summary>A 64-bit integer.</summary>
    public void Long(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    /// <summary>A truth value.</summary>
    public void Bool(bool value) => stream.WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>A float64.</summary>
    public void Double(double value) => Long(BitConverter.DoubleToInt64Bits(value));

    /// <summary>A float32.</summary>
    public void Float(float value) => Int(BitConverter.SingleToInt32Bits(value));

    /// <summary>A string, never null.</summary>
    public void String(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>Strings, none null.</summary>
    public void Strings(IReadOnlyList<string> values)
    {
        Int(values.Count);
        foreach (string value in values) String(value);
    }

    /// <summary>Raw bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> values)
    {
        Int(values.Length);
        stream.Write(values);
    }

    /// <summary>float32 values.</summary>
    public void Floats(ReadOnlySpan<float> values) => Array(values);

    /// <summary>float64 values.</summary>
    public void Doubles(ReadOnlySpan<double> values) => Array(values);

    /// <summary>32-bit integers.</summary>
    public void Ints(ReadOnlySpan<int> values) => Array(values);

    /// <summary>64-bit integers.</summary>
    public void Longs(ReadOnlySpan<long> values) => Array(values);

    /// <summary>A nested part with its kind.</summary>
    public void Part(IPlainPart part)
    {
        String(PlainKinds.KindOf(part));
        part.Write(this);
    }

    /// <summary>Nested parts, each with its kind.</summary>
    public void Parts(IReadOnlyList<IPlainPart> parts)
    {
        Int(parts.Count);
        foreach (IPlainPart part in parts) Part(part);
    }

    // All platforms that .NET 10 runs mlpipes on are little-endian, so arrays are written as they lie in memory.
    private void Array<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        Int(values.Length);
        stream.Write(MemoryMarshal.AsBytes(values));
    }
}
