namespace MLPipes.Trainers.Torch;

/// <summary>Puts texts together as an encoder expects them: [CLS] A [SEP], or [CLS] A [SEP] B [SEP], cut to a length.</summary>
/// <remarks>All lengths count tokens; <c>maxLength</c> includes the special tokens.</remarks>
internal static class TokenSequence
{
    /// <summary>Special tokens around one text.</summary>
    public static int Specials(SpecialTokens special) => (special.Start >= 0 ? 1 : 0) + (special.Separator >= 0 ? 1 : 0);

    /// <summary>Special tokens around the two texts of a pair.</summary>
    public static int PairSpecials(SpecialTokens special) =>
        (special.Start >= 0 ? 1 : 0) + (special.Separator >= 0 ? special.DoubleSeparator ? 3 : 2 : 0);

    /// <summary>Length of one text with its special tokens, cut to <paramref name="maxLength"/>.</summary>
    public static int Length(int tokens, SpecialTokens special, int maxLength)
    {
        int specials = Specials(special);
        return specials + Math.Min(tokens, Room(maxLength, specials));
    }

    /// <summary>Length of a pair with its special tokens, cut to <paramref name="maxLength"/>.</summary>
    public static int PairLength(int first, int second, SpecialTokens special, int maxLength)
    {
        (int a, int b) = CutPair(first, second, Room(maxLength, PairSpecials(special)));
        return PairSpecials(special) + a + b;
    }

    /// <summary>Tokens that are left of a pair in <paramref name="room"/> tokens: the longer text is cut first, as Python's "longest_first" does.</summary>
    public static (int First, int Second) CutPair(int first, int second, int room)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(room);
        if (first + (long)second <= room) return (first, second);
        int shorter = Math.Min(first, second);
        int longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + (long)longer > room)
        {
            shorter = room / 2;
            longer = shorter + (room % 2);
        }
        return first <= second ? (shorter, longer) : (longer, shorter);
    }

    /// <summary>Writes one text with its special tokens; returns how many ids were written.</summary>
    /// <param name="tokens">The text's ids.</param>
    /// <param name="special">Special tokens of the tokenizer.</param>
    /// <param name="maxLength">Longest sequence; the text's end is cut.</param>
    /// <param name="ids">Receives <see cref="Length"/> ids.</param>
    public static int Write(ReadOnlySpan<int> tokens, SpecialTokens special, int maxLength, Span<long> ids)
    {
        int kept = Math.Min(tokens.Length, Room(maxLength, Specials(special)));
        int at = 0;
        if (special.Start >= 0) ids[at++] = special.Start;
        at = Copy(tokens[..kept], ids, at);
        if (special.Separator >= 0) ids[at++] = special.Separator;
        return at;
    }

    /// <summary>Writes a pair with its special tokens and types; returns how many ids were written.</summary>
    /// <param name="first">The first text's ids.</param>
    /// <param name="second">The second text's ids.</param>
    /// <param name="special">Special tokens of the tokenizer.</param>
    /// <param name="maxLength">Longest sequence; see <see cref="CutPair"/>.</param>
    /// <param name="ids">Receives <see cref="PairLength"/> ids.</param>
    /// <param name="types">Receives as many types: 0, or 1 for the second text and its separator where the tokenizer uses types. May be empty.</param>
    public static int WritePair(ReadOnlySpan<int> first, ReadOnlySpan<int> second, SpecialTokens special, int maxLength, Span<long> ids, Span<long> types)
    {
        (int a, int b) = CutPair(first.Length, second.Length, Room(maxLength, PairSpecials(special)));
        int at = 0;
        if (special.Start >= 0) ids[at++] = special.Start;
        at = Copy(first[..a], ids, at);
        if (special.Separator >= 0) ids[at++] = special.Separator;
        if (special.Separator >= 0 && special.DoubleSeparator) ids[at++] = special.Separator;
        int secondAt = at;
        at = Copy(second[..b], ids, at);
        if (special.Separator >= 0) ids[at++] = special.Separator;
        if (!types.IsEmpty)
        {
            types[..at].Clear();
            if (special.UsesTypeIds) types[secondAt..at].Fill(1);
        }
        return at;
    }

    /// <summary>Windows over a long text's tokens: each of at most <paramref name="room"/> tokens, neighbours sharing <paramref name="overlap"/>, the last one full as well.</summary>
    /// <param name="tokens">Tokens of the text; 0 gives one empty window.</param>
    /// <param name="room">Tokens that one window holds, without special tokens; positive.</param>
    /// <param name="overlap">Tokens that neighbours share at least, in [0, room).</param>
    public static IEnumerable<Range> Windows(int tokens, int room, int overlap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(room, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(overlap, room);
        return Cut(tokens, room, room - overlap);
    }

    private static IEnumerable<Range> Cut(int tokens, int room, int step)
    {
        int start = 0;
        for (; start + room < tokens; start += step) yield return start..(start + room);
        start = Math.Max(0, tokens - room);
        yield return start..tokens;
    }

    private static int Room(int maxLength, int specials) => maxLength > specials
        ? maxLength - specials
        : throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, $"A sequence needs {specials} special tokens and at least one more.");

    private static int Copy(ReadOnlySpan<int> from, Span<long> to, int at)
    {
        for (int i = 0; i < from.Length; i++) to[at + i] = from[i];
        return at + from.Length;
    }
}
