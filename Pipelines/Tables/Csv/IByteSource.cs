namespace MLPipes.Pipelines;

/// <summary>Bytes that can be read from any place by many threads at once.</summary>
internal interface IByteSource : IDisposable
{
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/>; less than full only at the end.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>The bytes from <paramref name="offset"/> on where at least <paramref name="count"/>, or all to the end, lie in memory as they are; else none.</summary>
    ReadOnlySpan<byte> View(long offset, int count) => [];
}
