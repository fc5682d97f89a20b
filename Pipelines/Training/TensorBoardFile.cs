using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace MLPipes.Pipelines;

/// <summary>An event file of TensorBoard: records of TensorFlow's TFRecord framing, each an <c>Event</c> message of protocol buffers.</summary>
/// <remarks>
/// Framing: length (8 bytes, little-endian), masked CRC-32C of those 8 bytes, the message, masked CRC-32C of the message; see "TFRecords
/// format details" in TensorFlow's guide. Field numbers: tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.
/// </remarks>
public sealed class TensorBoardFile : IDisposable
{
    private const uint MaskDelta = 0xa282ead8;
    // A field's number and wire type in one byte: number << 3 | type (0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes).
    private const byte EventWallTime = (1 << 3) | 1, EventStep = (2 << 3) | 0, EventFileVersion = (3 << 3) | 2, EventSummary = (5 << 3) | 2;
    private const byte SummaryValue = (1 << 3) | 2;
    private const byte ValueTag = (1 << 3) | 2, ValueSimple = (2 << 3) | 5;

    private readonly Stream stream;

    /// <summary>Begins a file: its first record names the format.</summary>
    public TensorBoardFile(Stream stream, double wallTime)
    {
        this.stream = stream;
        ArrayBufferWriter<byte> message = Begin(wallTime, 0);
        Bytes(message, EventFileVersion, "brain.Event:2"u8);
        WriteRecord(message.WrittenSpan);
    }

    /// <summary>Begins a new file in <paramref name="folder"/>, which is made where it is not there.</summary>
    /// <param name="folder">TensorBoard's log folder, or one below it a run.</param>
    /// <param name="now">Time stamp of the beginning.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The folder can't be made or written to; other exceptions of the file system as they come.</exception>
    public static TensorBoardFile In(string folder, DateTimeOffset now, out string path)
    {
        Directory.CreateDirectory(folder);
        // TensorBoard takes files by this name's middle; process and a random part keep logs that begin in one second apart.
        string name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid():N}");
        path = Path.Combine(folder, name);
        return new TensorBoardFile(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), SecondsOf(now));
    }

    /// <summary>A moment as TensorBoard counts it: seconds since 1970.</summary>
    public static double SecondsOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>Adds one event of several scalars.</summary>
    public void Write(double wallTime, long step, IReadOnlyList<(string Tag, double Value)> scalars)
    {
        ArrayBufferWriter<byte> summary = new();
        foreach ((string tag, double value) in scalars)
        {
            ArrayBufferWriter<byte> one = new();
            Bytes(one, ValueTag, Encoding.UTF8.GetBytes(tag));
            one.Write([ValueSimple]);
            BinaryPrimitives.WriteSingleLittleEndian(one.GetSpan(4), (float)value);
            one.Advance(4);
            Bytes(summary, SummaryValue, one.WrittenSpan);
        }
        ArrayBufferWriter<byte> message = Begin(wallTime, step);
        Bytes(message, EventSummary, summary.WrittenSpan);
        WriteRecord(message.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>CRC-32C (Castagnoli), rotated and shifted, for data that itself holds checksums.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    private void WriteRecord(ReadOnlySpan<byte> message)
    {
        byte[] record = new byte[12 + message.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        message.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + message.Length), MaskedCrc(message));
        // One write a record, so that a reader meanwhile sees whole ones.
        stream.Write(record);
        stream.Flush();
    }

    private static ArrayBufferWriter<byte> Begin(double wallTime, long step)
    {
        ArrayBufferWriter<byte> message = new();
        message.Write([EventWallTime]);
        BinaryPrimitives.WriteDoubleLittleEndian(message.GetSpan(8), wallTime);
        message.Advance(8);
        // A zero is left out, as protocol buffers' third version does.
        if (step == 0) return message;
        message.Write([EventStep]);
        Varint(message, (ulong)step);
        return message;
    }

    private static void Bytes(ArrayBufferWriter<byte> into, byte field, ReadOnlySpan<byte> content)
    {
        into.Write([field]);
        Varint(into, (ulong)content.Length);
        into.Write(content);
    }

    private static void Varint(ArrayBufferWriter<byte> into, ulong value)
    {
        for (; value > 127; value >>= 7) into.Write([(byte)(value | 128)]);
        into.Write([(byte)value]);
    }
}
