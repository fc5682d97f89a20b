namespace MLPipes.Pipelines;

/// <summary>Bytes that can be read from any place by many threads at once.</summary>
internal interface IByteSource : IDisposable
{
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/>; less than full only at the end.</summary>
    int Read(long offset, Span<byte> buffer);
}
