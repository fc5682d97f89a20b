namespace MLPipes.Pipelines;

/// <summary>Zeros that stay where they are, at an address that vectors load from without crossing lines of the cache.</summary>
internal sealed unsafe class PinnedFloats
{
    private const int Alignment = 64;

    private readonly float[] array;

    /// <summary><paramref name="count"/> zeros.</summary>
    public PinnedFloats(long count)
    {
        array = GC.AllocateArray<float>(checked((int)(count + (Alignment / sizeof(float)))), pinned: true);
        fixed (float* first = array) At = (float*)(((nint)first + Alignment - 1) & -Alignment);
        Count = (int)count;
    }

    /// <summary>The first of them; valid while this object is reachable.</summary>
    public float* At { get; }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>All of them.</summary>
    public Span<float> Span => new(At, Count);
}
