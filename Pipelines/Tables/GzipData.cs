using System.Globalization;
using System.IO.Compression;

namespace MLPipes.Pipelines;

/// <summary>Gzip data as they are unpacked, all members of them: the one place where files of ours are. What is cut off or damaged is an error.</summary>
/// <remarks>
/// <see cref="GZipStream"/> takes the end of its input for the end of the data, wherever that comes. So a member that holds a mark is put behind the
/// input: the mark comes out last exactly where all before it was whole.
/// </remarks>
internal sealed class GzipData : ForwardStream
{
    private const int BufferBytes = 1 << 16;
    private static readonly byte[] mark = "\u001FThe end of mlpipes\u001F"u8.ToArray(), packedMark = Pack(mark);

    private readonly GZipStream unpacked;
    private readonly byte[] buffer = new byte[BufferBytes];
    // What is unpacked and not read yet. The last bytes may be the mark, and are held back until it is known.
    private int first, end;
    private long given;

    private GzipData(Stream packed) => unpacked = new GZipStream(new Followed(packed, packedMark), CompressionMode.Decompress);

    /// <summary>The content of a stream that can seek: unpacked where it begins as gzip data do, else as it is.</summary>
    /// <param name="stream">Owned by the result.</param>
    /// <returns>A stream to read once; reading throws <see cref="InvalidDataException"/> where gzip data are not whole, with a message for people.</returns>
    public static Stream Unpack(Stream stream)
    {
        bool isPacked = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = 0;
        return isPacked ? new GzipData(stream) : stream;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (end - first <= mark.Length)
        {
            this.buffer.AsSpan(first, end - first).CopyTo(this.buffer);
            (first, end) = (0, end - first);
            int more = More();
            if (more == 0) return this.buffer.AsSpan(0, end).SequenceEqual(mark) ? 0 : throw Broken(null);
            end += more;
        }
        int count = Math.Min(buffer.Length, end - first - mark.Length);
        this.buffer.AsSpan(first, count).CopyTo(buffer);
        first += count;
        given += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) unpacked.Dispose();
        base.Dispose(disposing);
    }

    private int More()
    {
        try
        {
            return unpacked.Read(buffer.AsSpan(end));
        }
        catch (InvalidDataException error)
        {
            throw Broken(error);
        }
    }

    private InvalidDataException Broken(InvalidDataException? inner) => new(string.Create(CultureInfo.InvariantCulture,
        $"the gzip data are cut off or damaged, after {given:#,##0} unpacked bytes or a little later; expected whole gzip data and nothing behind them. Copy or download the file again, or unpack it yourself."), inner);

    private static byte[] Pack(byte[] content)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal)) gzip.Write(content);
        return stream.ToArray();
    }

    /// <summary>A stream with a few bytes behind it.</summary>
    private sealed class Followed(Stream stream, byte[] behind) : ForwardStream
    {
        private int taken;

        public override int Read(Span<byte> buffer)
        {
            int read = taken > 0 ? 0 : stream.Read(buffer);
            if (read > 0 || buffer.IsEmpty) return read;
            ReadOnlySpan<byte> rest = behind.AsSpan(taken, Math.Min(buffer.Length, behind.Length - taken));
            rest.CopyTo(buffer);
            taken += rest.Length;
            return rest.Length;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
