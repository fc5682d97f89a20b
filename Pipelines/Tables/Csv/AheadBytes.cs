namespace MLPipes.Pipelines;

/// <summary>A source of which one stretch lies in memory already.</summary>
internal sealed class AheadBytes(IByteSource source, long start, ReadOnlyMemory<byte> bytes) : IByteSource
{
    public long Length => source.Length;

    public int Read(long offset, Span<byte> buffer)
    {
        int held = offset >= start && offset < start + bytes.Length ? (int)Math.Min(buffer.Length, start + bytes.Length - offset) : 0;
        if (held > 0) bytes.Span.Slice((int)(offset - start), held).CopyTo(buffer);
        return held == buffer.Length ? held : held + source.Read(offset + held, buffer[held..]);
    }

    public ReadOnlySpan<byte> View(long offset, int count)
    {
        if (offset < start || offset > start + bytes.Length) return [];
        ReadOnlySpan<byte> view = bytes.Span[(int)(offset - start)..];
        return view.Length >= count || offset + view.Length == Length ? view : [];
    }

    // The source is its owner's to close.
    public void Dispose() { }
}
