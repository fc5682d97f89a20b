namespace MLPipes.Featurizers;

/// <summary>A hash of text that is the same on every machine and in every version.</summary>
internal static class TextHash
{
    /// <summary>32-bit FNV-1a over UTF-16 code units (Fowler, Noll, Vo), then the finishing mix of MurmurHash3, so that low bits are usable.</summary>
    public static uint Of(ReadOnlySpan<char> text)
    {
        uint hash = 2166136261;
        foreach (char c in text) hash = (hash ^ c) * 16777619;
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
