namespace MLPipes.Pipelines;

/// <summary>The content of a stream that can be read only once, such as a compressed one, kept in blocks.</summary>
internal sealed class MemoryBytes : IByteSource
{
    private const int BlockBytes = 1 << 20;

    private readonly List<byte[]> blocks = [];

    public MemoryBytes(Stream stream)
    {
        while (true)
        {
            byte[] block = new byte[BlockBytes];
            int read = stream.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
            Length += read;
            if (read > 0) blocks.Add(read == BlockBytes ? block : block[..read]);
            if (read < BlockBytes) return;
        }
    }

    public long Length { get; }

    public int Read(long offset, Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length && offset < Length)
        {
            ReadOnlySpan<byte> rest = blocks[(int)(offset / BlockBytes)].AsSpan((int)(offset % BlockBytes));
            int count = Math.Min(rest.Length, buffer.Length - filled);
            rest[..count].CopyTo(buffer[filled..]);
            filled += count;
            offset += count;
        }
        return filled;
    }

    public void Dispose() => blocks.Clear();
}
