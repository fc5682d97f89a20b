using System.IO.Compression;

namespace MLPipes.Pipelines;

/// <summary>Writes an entry of a zip, compressed unless its beginning shows that this gains nothing: trained weights are noise to a compressor, which makes them larger and slow to save.</summary>
internal sealed class ProbedEntry(Func<CompressionLevel, Stream> open) : Stream
{
    private const int ProbeBytes = 1 << 20;
    private const double WorthIt = 0.95;

    private readonly MemoryStream beginning = new();
    private Stream? entry;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (entry is not null)
        {
            entry.Write(buffer);
            return;
        }
        beginning.Write(buffer);
        if (beginning.Length >= ProbeBytes) Begin(Gains() ? CompressionLevel.Fastest : CompressionLevel.NoCompression);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (entry is null) Begin(CompressionLevel.Fastest);
            entry!.Dispose();
            beginning.Dispose();
        }
        base.Dispose(disposing);
    }

    // The last ProbeBytes: what stands in front of weights, names and sizes, says nothing of them.
    private bool Gains()
    {
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(beginning.GetBuffer().AsSpan((int)beginning.Length - ProbeBytes, ProbeBytes));
        return packed.Length < WorthIt * ProbeBytes;
    }

    private void Begin(CompressionLevel level)
    {
        entry = open(level);
        beginning.WriteTo(entry);
    }
}
