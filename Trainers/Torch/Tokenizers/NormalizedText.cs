using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>A range of a <see cref="NormalizedText"/>; with a token's id where it is no text any more, else -1.</summary>
internal readonly record struct TextRange(int Start, int End, int Id = -1);

/// <summary>Text on its way to tokens: UTF-16 units, each with the place in the raw text that it comes from. Reused, one a thread.</summary>
/// <remarks>
/// Both units of a surrogate pair carry the place of the whole pair, and what a character decomposes into carries the character's,
/// so that no token can begin or end inside a pair. Lone surrogates come in as U+FFFD, as UTF-8 would have them.
/// </remarks>
internal sealed class NormalizedText
{
    private const int KeptUnits = 1 << 18;

    private char[] chars = new char[256];
    private int[] starts = new int[256];
    private int[] ends = new int[256];
    private char[] oldChars = new char[256];
    private int[] oldStarts = new int[256];
    private int[] oldEnds = new int[256];
    private List<TextRange> oldWords = [];

    /// <summary>Units of text.</summary>
    public int Length { get; private set; }

    /// <summary>The units.</summary>
    public ReadOnlySpan<char> Chars => chars.AsSpan(0, Length);

    /// <summary>Where each unit begins in the raw text.</summary>
    public ReadOnlySpan<int> Starts => starts.AsSpan(0, Length);

    /// <summary>Where each unit ends in the raw text, excluded.</summary>
    public ReadOnlySpan<int> Ends => ends.AsSpan(0, Length);

    /// <summary>The parts that the text is cut into, in order; what lies between them is dropped.</summary>
    public List<TextRange> Words { get; private set; } = [];

    /// <summary>Starts anew with a part of the raw text that begins at <paramref name="offset"/>.</summary>
    public void Reset(ReadOnlySpan<char> raw, int offset)
    {
        if (chars.Length > KeptUnits) (chars, starts, ends, oldChars, oldStarts, oldEnds) = ([], [], [], [], [], []);
        Length = 0;
        Words.Clear();
        Reserve(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            char c = raw[i];
            if (!char.IsSurrogate(c)) Append(c, offset + i, offset + i + 1);
            else if (i + 1 < raw.Length && char.IsSurrogatePair(c, raw[i + 1]))
            {
                Append(c, offset + i, offset + i + 2);
                Append(raw[++i], offset + i - 1, offset + i + 1);
            }
            else Append('\uFFFD', offset + i, offset + i + 1);
        }
    }

    /// <summary>Adds a unit.</summary>
    public void Append(char unit, int start, int end)
    {
        if (Length == chars.Length) Reserve(1);
        chars[Length] = unit;
        starts[Length] = start;
        ends[Length++] = end;
    }

    /// <summary>Adds a character.</summary>
    public void Append(Rune rune, int start, int end)
    {
        if (rune.IsBmp)
        {
            Append((char)rune.Value, start, end);
            return;
        }
        Span<char> units = stackalloc char[2];
        rune.EncodeToUtf16(units);
        Append(units[0], start, end);
        Append(units[1], start, end);
    }

    /// <summary>Adds a part of the text before <see cref="Rewrite"/> as it was.</summary>
    public void Append(in Before before, int start, int end)
    {
        for (int i = start; i < end; i++) Append(before.Chars[i], before.Starts[i], before.Ends[i]);
    }

    /// <summary>Empties the text for new content and hands out the content it had, which holds until the next call.</summary>
    public Before Rewrite()
    {
        (chars, oldChars) = (oldChars, chars);
        (starts, oldStarts) = (oldStarts, starts);
        (ends, oldEnds) = (oldEnds, ends);
        int length = Length;
        Length = 0;
        Reserve(length);
        return new Before(oldChars.AsSpan(0, length), oldStarts.AsSpan(0, length), oldEnds.AsSpan(0, length));
    }

    /// <summary>Empties <see cref="Words"/> for new ones and hands out the ones it had.</summary>
    public List<TextRange> RewriteWords()
    {
        (Words, oldWords) = (oldWords, Words);
        Words.Clear();
        return oldWords;
    }

    private void Reserve(int more)
    {
        if (Length + more <= chars.Length) return;
        int size = Math.Max(Length + more, Math.Max(256, chars.Length * 2));
        Array.Resize(ref chars, size);
        Array.Resize(ref starts, size);
        Array.Resize(ref ends, size);
    }

    /// <summary>The content before a rewriting.</summary>
    internal readonly ref struct Before(ReadOnlySpan<char> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
    {
        public ReadOnlySpan<char> Chars { get; } = chars;
        public ReadOnlySpan<int> Starts { get; } = starts;
        public ReadOnlySpan<int> Ends { get; } = ends;
        public int Length => Chars.Length;

        /// <summary>The character at a unit; the text is well-formed.</summary>
        public Rune RuneAt(int unit)
        {
            char c = Chars[unit];
            return char.IsHighSurrogate(c) ? new Rune(c, Chars[unit + 1]) : new Rune(c);
        }
    }
}
