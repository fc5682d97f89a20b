using Microsoft.Win32.SafeHandles;

namespace MLPipes.Pipelines;

/// <summary>A plain file, read in pieces, so that it never lies in memory as a whole.</summary>
internal sealed class FileBytes(SafeFileHandle handle) : IByteSource
{
    public long Length { get; } = RandomAccess.GetLength(handle);

    public int Read(long offset, Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read = RandomAccess.Read(handle, buffer[filled..], offset + filled);
            if (read == 0) break;
            filled += read;
        }
        return filled;
    }

    public void Dispose() => handle.Dispose();
}
