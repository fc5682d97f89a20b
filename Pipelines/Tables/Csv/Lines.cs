namespace MLPipes.Pipelines;

/// <summary>Line numbers, for messages only.</summary>
internal static class Lines
{
    /// <summary>The number (from 1) of the line that holds the byte at <paramref name="offset"/>; CR, LF and CRLF end a line.</summary>
    public static long NumberAt(IByteSource source, long offset)
    {
        byte[] buffer = new byte[1 << 16];
        long lines = 1;
        byte before = 0;
        for (long at = 0; at < offset;)
        {
            int read = source.Read(at, buffer.AsSpan(0, (int)Math.Min(buffer.Length, offset - at)));
            if (read == 0) break;
            foreach (byte b in buffer.AsSpan(0, read))
            {
                if (b == '\r' || (b == '\n' && before != '\r')) lines++;
                before = b;
            }
            at += read;
        }
        return lines;
    }
}
