namespace MLPipes.Trainers;

/// <summary>A small fast random generator, one a tree, so that trees do not depend on the order in which threads grow them.</summary>
/// <remarks>Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014 (public domain constants).</remarks>
internal struct SplitMix
{
    private ulong state;

    /// <summary>The stream numbered <paramref name="stream"/> of a seed.</summary>
    public SplitMix(int seed, int stream)
    {
        state = ((ulong)(uint)seed << 32) | (uint)stream;
        state = Next();
    }

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> − 1.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number from 0 up to, but without, 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));
}
