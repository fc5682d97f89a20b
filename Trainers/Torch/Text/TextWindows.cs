using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Cuts the texts of a row into windows for an encoder: one text alone, two as a pair, more with the first against all others.</summary>
internal sealed class TextWindows
{
    // Windows of a text beyond this many are spread over it evenly: a book costs as much as a long article.
    private const int Most = 16;

    private readonly TokenLayout layout;
    private readonly SpecialTokens special;
    private readonly int maxLength;
    private readonly LongTexts longTexts;
    private readonly int[] segments;

    /// <param name="layout">Where the tokens of a row are; at least one segment of stream 0.</param>
    /// <param name="special">Special tokens.</param>
    /// <param name="maxLength">Tokens of a window, special ones included.</param>
    /// <param name="longTexts">What happens to longer texts.</param>
    public TextWindows(TokenLayout layout, SpecialTokens special, int maxLength, LongTexts longTexts)
    {
        (this.layout, this.special, this.maxLength, this.longTexts) = (layout, special, maxLength, longTexts);
        segments = [.. Enumerable.Range(0, layout.Segments.Count).Where(s => layout.Segments[s].Stream == 0)];
    }

    /// <summary>Features of a row beside its tokens.</summary>
    public int RestWidth => layout.Rest.Length;

    /// <summary>Whether there is text at all.</summary>
    public bool HasText => segments.Length > 0;

    /// <summary>The windows of a row, at least one.</summary>
    /// <param name="row">The row's features.</param>
    /// <param name="rest">Receives the features that are no tokens; missing ones are 0.</param>
    public TextWindow[] Of(FeatureRow row, Span<float> rest)
    {
        TokenRow tokens = new(layout);
        layout.Read(row, tokens);
        tokens.Rest.CopyTo(rest);
        foreach (ref float value in rest) if (!float.IsFinite(value)) value = 0;
        return segments.Length == 1 ? Single(tokens.Ids(segments[0])) : Pair(tokens.Ids(segments[0]), Others(tokens));
    }

    private ReadOnlySpan<int> Others(TokenRow tokens)
    {
        if (segments.Length == 2) return tokens.Ids(segments[1]);
        List<int> joined = [];
        foreach (int segment in segments.Skip(1))
        {
            if (joined.Count > 0 && special.Separator >= 0) joined.Add(special.Separator);
            joined.AddRange(tokens.Ids(segment));
        }
        return joined.ToArray();
    }

    private TextWindow[] Single(ReadOnlySpan<int> text)
    {
        int room = maxLength - TokenSequence.Specials(special);
        if (text.Length <= room || longTexts == LongTexts.Cut) return [One(text)];
        List<TextWindow> windows = [];
        foreach (Range range in Spread(TokenSequence.Windows(text.Length, room, room / 4))) windows.Add(One(text[range]));
        return [.. windows];
    }

    // Where a pair is too long, windows go over the second text, and the first, which they all share, has half of the room at most.
    private TextWindow[] Pair(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        int room = maxLength - TokenSequence.PairSpecials(special);
        if (first.Length + second.Length <= room || longTexts == LongTexts.Cut) return [Two(first, second)];
        first = first[..Math.Min(first.Length, Math.Max(room / 2, room - second.Length))];
        int left = Math.Max(1, room - first.Length);
        List<TextWindow> windows = [];
        foreach (Range range in Spread(TokenSequence.Windows(second.Length, left, left / 4))) windows.Add(Two(first, second[range]));
        return [.. windows];
    }

    private static IEnumerable<Range> Spread(IEnumerable<Range> windows)
    {
        Range[] all = [.. windows];
        if (all.Length <= Most) return all;
        return Enumerable.Range(0, Most).Select(i => all[(int)((long)i * (all.Length - 1) / (Most - 1))]);
    }

    private TextWindow One(ReadOnlySpan<int> text)
    {
        long[] ids = new long[TokenSequence.Length(text.Length, special, maxLength)];
        TokenSequence.Write(text, special, maxLength, ids);
        return Window(ids, ids.Length);
    }

    private TextWindow Two(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        long[] ids = new long[TokenSequence.PairLength(first.Length, second.Length, special, maxLength)], types = new long[ids.Length];
        TokenSequence.WritePair(first, second, special, maxLength, ids, types);
        int at = Array.IndexOf(types, 1L);
        return Window(ids, at < 0 ? ids.Length : at);
    }

    // A tokenizer without special tokens gives an empty text no token at all; an encoder needs one.
    private TextWindow Window(long[] ids, int secondAt) =>
        ids.Length == 0 ? new TextWindow([Math.Max(0, special.Unknown)], 1) : new TextWindow(Array.ConvertAll(ids, id => (int)id), secondAt);
}
