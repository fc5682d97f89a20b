using System.Globalization;

namespace MLPipes.Featurizers;

/// <summary>Cuts text into terms and holds their hashes; one for each thread, reused from text to text so that nothing is allocated.</summary>
/// <remarks>
/// A word is a run of letters, digits and combining marks of any script in lower case, apostrophes inside included. A Chinese or
/// Japanese character is a word of its own, as those scripts leave no spaces, and so is a character outside the basic plane (an
/// emoji). A term of several words is known by the hash of their hashes in order.
/// </remarks>
internal sealed class TermBuffer
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    [ThreadStatic]
    private static TermBuffer? mine;

    private ulong[] hashes = new ulong[256];
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private int[] indices = new int[256];
    private char[] normal = new char[256];

    /// <summary>The buffer of the calling thread.</summary>
    public static TermBuffer Mine => mine ??= new TermBuffer();

    /// <summary>Number of terms of the last text.</summary>
    public int Count { get; private set; }

    /// <summary>Number of single words of the last text.</summary>
    public int WordCount { get; private set; }

    /// <summary>The hash of each term; words first, then terms of two words, and so on.</summary>
    public ReadOnlySpan<ulong> Hashes => hashes.AsSpan(0, Count);

    /// <summary>Where the term at <paramref name="index"/> stands in the text.</summary>
    public Range At(int index) => starts[index]..ends[index];

    /// <summary>Room for one index for each term.</summary>
    public Span<int> Indices
    {
        get
        {
            if (indices.Length < Count) indices = new int[hashes.Length];
            return indices.AsSpan(0, Count);
        }
    }

    /// <summary>Terms of 1 to <paramref name="words"/> neighbouring words.</summary>
    public int Words(ReadOnlySpan<char> text, int words)
    {
        Count = 0;
        for (int at = 0; at < text.Length;)
        {
            int length = WordAt(text[at..], out ulong hash);
            if (length > 0) Add(hash, at, at + length);
            at += Math.Max(1, length);
        }
        WordCount = Count;
        for (int n = 2; n <= words; n++)
        {
            for (int i = 0; i + n <= WordCount; i++)
            {
                ulong hash = hashes[i];
                for (int next = 1; next < n; next++) hash = Mix((hash * 31) + hashes[i + next] + 1);
                Add(hash, starts[i], ends[i + n - 1]);
            }
        }
        return Count;
    }

    /// <summary>Runs of <paramref name="low"/> to <paramref name="high"/> characters, in lower case, each run of white space and each end one space.</summary>
    public int Characters(ReadOnlySpan<char> text, int low, int high)
    {
        Count = WordCount = 0;
        if (normal.Length < text.Length + 2) normal = new char[Math.Max(text.Length + 2, normal.Length * 2)];
        int length = 1;
        normal[0] = ' ';
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c)) normal[length++] = char.ToLowerInvariant(c);
            else if (normal[length - 1] != ' ') normal[length++] = ' ';
        }
        if (length == 1) return 0;
        if (normal[length - 1] != ' ') normal[length++] = ' ';
        for (int start = 0; start < length; start++)
        {
            ulong hash = Offset;
            for (int size = 1; size <= high && start + size <= length; size++)
            {
                hash = (hash ^ normal[start + size - 1]) * Prime;
                if (size >= low) Add(Mix(hash), start, start + size);
            }
        }
        return Count;
    }

    private static int WordAt(ReadOnlySpan<char> text, out ulong hash)
    {
        hash = Offset;
        if (char.IsHighSurrogate(text[0]) && text.Length > 1 && char.IsLowSurrogate(text[1]))
        {
            hash = Mix((((hash ^ text[0]) * Prime) ^ text[1]) * Prime);
            return 2;
        }
        if (StandsAlone(text[0]))
        {
            hash = Mix((hash ^ text[0]) * Prime);
            return 1;
        }
        int length = 0;
        while (length < text.Length)
        {
            char c = text[length];
            bool inside = !StandsAlone(c) && (IsWord(c) || (c is '\'' or '’' && length > 0 && length + 1 < text.Length && IsWord(text[length + 1]) && !StandsAlone(text[length + 1])));
            if (!inside) break;
            hash = (hash ^ (c == '’' ? '\'' : char.ToLowerInvariant(c))) * Prime;
            length++;
        }
        hash = Mix(hash);
        return length;
    }

    private static bool IsWord(char c) => char.IsAscii(c)
        ? char.IsAsciiLetterOrDigit(c)
        : char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Han with extension A, hiragana, katakana and compatibility ideographs.
    private static bool StandsAlone(char c) => c is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u4DBF' or >= '\u4E00' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF';

    // The finishing steps of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }

    private void Add(ulong hash, int start, int end)
    {
        if (Count == hashes.Length)
        {
            Array.Resize(ref hashes, Count * 2);
            Array.Resize(ref starts, Count * 2);
            Array.Resize(ref ends, Count * 2);
        }
        hashes[Count] = hash;
        starts[Count] = start;
        ends[Count++] = end;
    }
}
