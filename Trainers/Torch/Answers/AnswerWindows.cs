namespace MLPipes.Trainers.Torch;

/// <summary>Cuts contexts into windows behind their question, neighbours sharing half a window, so that an answer stands whole in one of them.</summary>
internal sealed class AnswerWindows
{
    private readonly ITextTokenizer tokenizer;
    private readonly int maxLength;

    /// <param name="tokenizer">The encoder's; has a start and a separator token.</param>
    /// <param name="maxLength">Tokens of a window, question and special tokens included.</param>
    /// <exception cref="TorchException">The tokenizer has no start token, which stands for "no answer here".</exception>
    public AnswerWindows(ITextTokenizer tokenizer, int maxLength)
    {
        if (tokenizer.Special.Start < 0 || tokenizer.Special.Separator < 0)
            throw new TorchException("The encoder's tokenizer has no start or no separator token, and extractive answers need both. Choose an encoder of the BERT family.");
        (this.tokenizer, this.maxLength) = (tokenizer, maxLength);
    }

    /// <summary>The windows of a question over a context; none for a context without tokens.</summary>
    /// <param name="question">The question; cut to half a window.</param>
    /// <param name="context">The context's tokens.</param>
    /// <param name="answer">The answer's first and last token; null where it is not known.</param>
    public List<AnswerWindow> Of(string question, TokenizedText context, (int First, int Last)? answer = null)
    {
        SpecialTokens special = tokenizer.Special;
        int room = maxLength - TokenSequence.PairSpecials(special);
        int[] asked = tokenizer.Tokenize(question).Ids;
        asked = asked[..Math.Min(asked.Length, room / 2)];
        int part = room - asked.Length;
        List<AnswerWindow> windows = [];
        if (context.Count == 0) return windows;
        foreach (Range range in TokenSequence.Windows(context.Count, part, part / 2))
        {
            (int first, int count) = range.GetOffsetAndLength(context.Count);
            long[] ids = new long[TokenSequence.PairLength(asked.Length, count, special, maxLength)], types = new long[ids.Length];
            TokenSequence.WritePair(asked, context.Ids.AsSpan(first, count), special, maxLength, ids, types);
            int at = ids.Length - 1 - count, second = Array.IndexOf(types, 1L);
            bool holds = answer is { } known && known.First >= first && known.Last < first + count;
            TextWindow tokens = new(Array.ConvertAll(ids, id => (int)id), second < 0 ? ids.Length : second);
            windows.Add(new AnswerWindow(tokens, at, first, count, holds ? at + answer!.Value.First - first : 0, holds ? at + answer!.Value.Last - first : 0));
        }
        return windows;
    }

    /// <summary>The tokens that a stretch of the text covers; null for none.</summary>
    public static (int First, int Last)? Covered(TokenizedText text, int start, int length)
    {
        int first = Array.FindIndex(text.Ends, end => end > start), last = Array.FindLastIndex(text.Starts, begin => begin < start + length);
        return length > 0 && first >= 0 && last >= first ? (first, last) : null;
    }
}
