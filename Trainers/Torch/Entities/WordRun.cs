namespace MLPipes.Trainers.Torch;

/// <summary>Words of a document that are tagged together: a sentence, or as much of a long text as a model reads at once.</summary>
/// <param name="Document">The document.</param>
/// <param name="First">Index of the first word.</param>
/// <param name="Count">How many words.</param>
internal readonly record struct WordRun(EntityDocument Document, int First, int Count)
{
    /// <summary>Most words of a run, unless a model reads fewer.</summary>
    public const int MostWords = 256;

    /// <summary>The characters of a word.</summary>
    public ReadOnlySpan<char> Word(int index) => Document.Word(First + index);

    /// <summary>A document as one run, or several where it is longer than <paramref name="most"/> words: cut behind a sentence's end where there is one in the later half.</summary>
    public static IEnumerable<WordRun> Of(EntityDocument document, int most = MostWords)
    {
        int first = 0;
        while (document.WordCount - first > most)
        {
            int count = CutOf(document, first, most);
            yield return new WordRun(document, first, count);
            first += count;
        }
        if (document.WordCount > first) yield return new WordRun(document, first, document.WordCount - first);
    }

    private static int CutOf(EntityDocument document, int first, int most)
    {
        for (int count = most; count > most / 2; count--)
        {
            int last = first + count - 1;
            bool isEnd = document.Word(last) is [.., '.' or '!' or '?' or '。' or '！' or '？' or '…' or '；'] || document.Text.AsSpan(document.EndOf(last), document.StartOf(last + 1) - document.EndOf(last)).Contains('\n');
            if (isEnd && !IsInside(document, last + 1)) return count;
        }
        for (int count = most; count > most / 2; count--)
            if (!IsInside(document, first + count)) return count;
        return most;
    }

    /// <summary>Whether a labelled entity goes on over the border before <paramref name="word"/>.</summary>
    private static bool IsInside(EntityDocument document, int word)
    {
        if (document.Spans is not { Count: > 0 } spans) return false;
        (int low, int high) = (0, spans.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (spans[middle].First < word) low = middle + 1;
            else high = middle;
        }
        return low > 0 && spans[low - 1].End > word;
    }
}

/// <summary>What a model says of a run's words.</summary>
/// <param name="Tags">Each word's tag, an index into the model's tags.</param>
/// <param name="Scores">Each word's probability of that tag.</param>
internal readonly record struct TagPrediction(int[] Tags, float[] Scores)
{
    public static TagPrediction Empty { get; } = new([], []);

    /// <summary>The likeliest tags by scores of each word's tags [words × tags].</summary>
    public static TagPrediction Of(Chain chain, ReadOnlySpan<float> emissions, int words)
    {
        if (words == 0) return Empty;
        int[] tags = new int[words];
        float[] scores = new float[words];
        double[] marginals = new double[words * chain.Tags];
        chain.Decode(emissions, tags);
        chain.Marginals(emissions, words, marginals);
        for (int i = 0; i < words; i++) scores[i] = (float)marginals[(i * chain.Tags) + tags[i]];
        return new TagPrediction(tags, scores);
    }
}
