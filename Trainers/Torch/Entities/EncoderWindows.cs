namespace MLPipes.Trainers.Torch;

/// <summary>Pieces of text as an encoder reads them, with each scored word's first piece.</summary>
/// <param name="Scored">The words that are scored; pieces of words around them are read as context.</param>
/// <param name="Ids">Ids of the pieces, special tokens included.</param>
/// <param name="FirstPieces">For each scored word the index of its first piece among the ids.</param>
/// <param name="Patterns">For each scored word the patterns of the word before it, its own, and the one behind.</param>
internal sealed record EncoderWindow(WordRun Scored, int[] Ids, int[] FirstPieces, int[] Patterns) : ITagWindow
{
    public int Tokens => Ids.Length;
}

/// <summary>Cuts runs of words into windows of pieces.</summary>
internal sealed class EncoderWindows(ITextTokenizer tokenizer, int maxLength)
{
    // A word's first pieces tell what it is; the rest of a monster would crowd out its sentence.
    private const int MostPiecesOfWord = 24;

    private readonly int room = maxLength - TokenSequence.Specials(tokenizer.Special);

    /// <summary>
    /// The windows of a run: one where it fits; else windows that overlap by about a quarter, each scoring the words that it sees with the more context.
    /// </summary>
    public IReadOnlyList<ITagWindow> Of(WordRun run)
    {
        if (run.Count == 0) return [];
        (List<int>[] pieces, int[] shared) = PiecesOf(run);
        int[] patterns = PatternsOf(run);
        List<ITagWindow> windows = [];
        int first = 0, scored = 0;
        while (true)
        {
            int end = first, used = 0;
            while (end < run.Count && used + pieces[end].Count <= room) used += pieces[end++].Count;
            if (end <= scored)
            {
                // The overlap leaves no room for the next word.
                first = scored;
                continue;
            }
            bool isLast = end == run.Count;
            int overlap = isLast ? 0 : Math.Min((end - first) / 4, 16);
            // The words of the overlap are scored by the window that sees more behind them, half each.
            int stop = isLast ? end : Math.Max(scored + 1, end - (overlap / 2));
            windows.Add(Window(run, pieces, shared, patterns, first, end, scored, stop));
            if (isLast) return windows;
            scored = stop;
            first = Math.Max(first + 1, Math.Min(scored, end - overlap));
        }
    }

    private EncoderWindow Window(WordRun run, List<int>[] pieces, int[] shared, int[] patterns, int first, int end, int scored, int stop)
    {
        List<int> ids = [];
        if (tokenizer.Special.Start >= 0) ids.Add(tokenizer.Special.Start);
        int[] starts = new int[end - first];
        for (int word = first; word < end; word++)
        {
            // A word without pieces of its own lies within another's piece, or is nothing that the vocabulary can see: then the sequence's start stands for it.
            starts[word - first] = pieces[word].Count > 0 ? ids.Count : shared[word] >= first ? starts[shared[word] - first] : 0;
            ids.AddRange(pieces[word]);
        }
        if (tokenizer.Special.Separator >= 0) ids.Add(tokenizer.Special.Separator);
        if (ids.Count == 0) ids.Add(Math.Max(0, tokenizer.Special.Unknown));
        int count = stop - scored;
        int[] firstPieces = new int[count], letters = new int[count * EncoderTagNetwork.Patterns];
        for (int i = 0; i < count; i++)
        {
            int word = scored + i;
            firstPieces[i] = Math.Min(starts[word - first], ids.Count - 1);
            for (int p = 0; p < EncoderTagNetwork.Patterns; p++)
            {
                int neighbour = word + p - (EncoderTagNetwork.Patterns / 2);
                letters[(i * EncoderTagNetwork.Patterns) + p] = neighbour >= 0 && neighbour < patterns.Length ? patterns[neighbour] : 0;
            }
        }
        return new EncoderWindow(new WordRun(run.Document, run.First + scored, count), [.. ids], firstPieces, letters);
    }

    /// <summary>The pieces of each word, and for words without any the word before whose piece covers it (-1 for none).</summary>
    private (List<int>[] Pieces, int[] Shared) PiecesOf(WordRun run)
    {
        EntityDocument document = run.Document;
        int offset = document.StartOf(run.First), stop = document.EndOf(run.First + run.Count - 1);
        TokenizedText text = tokenizer.Tokenize(document.Text[offset..stop]);
        List<int>[] pieces = new List<int>[run.Count];
        int[] shared = new int[run.Count];
        int at = 0, covered = -1, coveredBy = -1;
        for (int word = 0; word < run.Count; word++)
        {
            pieces[word] = [];
            int start = document.StartOf(run.First + word) - offset, next = word + 1 < run.Count ? document.StartOf(run.First + word + 1) - offset : int.MaxValue;
            for (; at < text.Count && text.Starts[at] < next; at++)
            {
                if (pieces[word].Count < Math.Min(MostPiecesOfWord, room)) pieces[word].Add(text.Ids[at]);
                (covered, coveredBy) = (text.Ends[at], word);
            }
            shared[word] = pieces[word].Count == 0 && covered > start ? coveredBy : -1;
        }
        return (pieces, shared);
    }

    private static int[] PatternsOf(WordRun run)
    {
        int[] patterns = new int[run.Count];
        for (int i = 0; i < patterns.Length; i++) patterns[i] = WordPatterns.Of(run.Word(i), i == 0);
        return patterns;
    }
}
