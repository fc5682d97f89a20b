using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>Reads what <see cref="PlainWriter"/> wrote, from one entry held in memory; trusts no length in it.</summary>
public sealed class PlainReader(ReadOnlyMemory<byte> data, string entry)
{
    private const int MaxDepth = 16;
    private static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int position;
    private int depth;

    /// <summary>Whether everything has been read.</summary>
    public bool IsAtEnd => position == data.Length;

    /// <summary>A 32-bit integer.</summary>
    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Next(4));

    /// <summary>A 32-bit integer between <paramref name="low"/> and <paramref name="high"/>, both included.</summary>
    public int Int(int low, int high, [CallerArgumentExpression(nameof(high))] string what = "")
    {
        int value = Int();
        if (value < low || value > high) throw Damaged($"{value} is outside [{low}, {high}] ({what})");
        return value;
    }

    /// <summary>A 64-bit integer.</summary>
    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Next(8));

    /// <summary>A truth value.</summary>
    public bool Bool() => Next(1)[0] switch { 0 => false, 1 => true, byte other => throw Damaged($"{other} is not a truth value") };

    /// <summary>A float64.</summary>
    public double Double() => BitConverter.Int64BitsToDouble(Long());

    /// <summary>A float32.</summary>
    public float Float() => BitConverter.Int32BitsToSingle(Int());

    /// <summary>A string.</summary>
    public string String()
    {
        try
        {
            return strict.GetString(Next(Length(1)));
        }
        catch (DecoderFallbackException error)
        {
            throw new BundleException($"{entry}: a text at byte {position} is not UTF-8. The file is damaged; export or train it again.", error);
        }
    }

    /// <summary>Strings.</summary>
    public string[] Strings()
    {
        string[] values = new string[Length(4)];
        for (int i = 0; i < values.Length; i++) values[i] = String();
        return values;
    }

    /// <summary>Raw bytes.</summary>
    public byte[] Bytes() => Next(Length(1)).ToArray();

    /// <summary>float32 values.</summary>
    public float[] Floats() => Array<float>();

    /// <summary>float32 values, exactly <paramref name="count"/> of them.</summary>
    public float[] Floats(int count) => Exactly(Floats(), count);

    /// <summary>float64 values.</summary>
    public double[] Doubles() => Array<double>();

    /// <summary>32-bit integers.</summary>
    public int[] Ints() => Array<int>();

    /// <summary>32-bit integers, exactly <paramref name="count"/> of them.</summary>
    public int[] Ints(int count) => Exactly(Ints(), count);

    /// <summary>64-bit integers.</summary>
    public long[] Longs() => Array<long>();

    /// <summary>A nested part of a known kind that is a <typeparamref name="TPart"/>.</summary>
    public TPart Part<TPart>() where TPart : class, IPlainPart
    {
        if (++depth > MaxDepth) throw Damaged($"parts nest deeper than {MaxDepth}");
        string kind = String();
        IPlainPart part = PlainKinds.Read(kind, this);
        depth--;
        return part as TPart ?? throw Damaged($"'{kind}' stands where a {typeof(TPart).Name} is expected");
    }

    /// <summary>Nested parts.</summary>
    public TPart[] Parts<TPart>() where TPart : class, IPlainPart
    {
        TPart[] parts = new TPart[Length(4)];
        for (int i = 0; i < parts.Length; i++) parts[i] = Part<TPart>();
        return parts;
    }

    /// <summary>The error for data that can't be: says the entry and the place.</summary>
    public BundleException Damaged(string problem) =>
        new($"{entry}: {problem}, at byte {position} of {data.Length}. The file is damaged; export or train it again.");

    private T[] Exactly<T>(T[] values, int count) =>
        values.Length == count ? values : throw Damaged($"{values.Length} values where {count} are expected");

    private T[] Array<T>() where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(Next(Length(Unsafe.SizeOf<T>()) * Unsafe.SizeOf<T>())).ToArray();

    private int Length(int bytesEach)
    {
        int length = Int();
        if (length < 0 || (long)length * bytesEach > data.Length - position) throw Damaged($"a length of {length} does not fit the rest");
        return length;
    }

    private ReadOnlySpan<byte> Next(int count)
    {
        if (count > data.Length - position) throw Damaged("the data ends early");
        ReadOnlySpan<byte> bytes = data.Span.Slice(position, count);
        position += count;
        return bytes;
    }
}
