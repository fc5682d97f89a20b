using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Turns a text into ids of its words and of the character runs of its rare words.</summary>
/// <remarks>
/// Word ids: 0 to vocabulary − 1 for known words, then one for each bucket. Run ids: a bucket for each run of 3 to 5 characters of the word
/// between marks for its beginning and end. The ids of the last text are held by the calling thread.
/// </remarks>
internal sealed class WordStreams(Vocabulary vocabulary, int buckets, int frequent, int runBuckets)
{
    private const int ShortestRun = 3;
    private const int LongestRun = 5;
    private const int LongestWord = 40;
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    [ThreadStatic]
    private static int[]? words;

    [ThreadStatic]
    private static int[]? runs;

    [ThreadStatic]
    private static int wordCount;

    [ThreadStatic]
    private static int runCount;

#pragma warning disable CA1822 // They belong to the text that this object was asked for last.
    /// <summary>Word ids of the calling thread's last text, in their order.</summary>
    public ReadOnlySpan<int> Words => words.AsSpan(0, wordCount);

    /// <summary>Run ids of the calling thread's last text.</summary>
    public ReadOnlySpan<int> Runs => runs.AsSpan(0, runCount);
#pragma warning restore CA1822

    /// <summary>Finds the ids of the first <paramref name="limit"/> words.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Find(ReadOnlySpan<char> text, int limit)
    {
        TermBuffer buffer = TermBuffer.Mine;
        int count = Math.Min(buffer.Words(text, 1), limit);
        if (words is null || words.Length < count) words = new int[Math.Max(256, count)];
        wordCount = count;
        runCount = 0;
        int known = vocabulary.Terms.Length;
        for (int i = 0; i < count; i++)
        {
            ulong hash = buffer.Hashes[i];
            int at = vocabulary.IndexOf(hash);
            words[i] = at >= 0 ? at : known + (int)(hash % (uint)buckets);
            if (at < 0 || at >= frequent) AddRuns(text[buffer.At(i)]);
        }
        return count > 0;
    }

    /// <summary>How many words and runs <see cref="Find"/> gives.</summary>
    public (int Words, int Runs) Count(ReadOnlySpan<char> text, int limit) => Find(text, limit) ? (wordCount, runCount) : (0, 0);

    public void Write(PlainWriter writer)
    {
        vocabulary.Write(writer);
        writer.Int(buckets);
        writer.Int(frequent);
        writer.Int(runBuckets);
    }

    public static WordStreams Read(PlainReader reader) =>
        new(Vocabulary.Read(reader), reader.Int(1, 1 << 20, "buckets"), reader.Int(0, int.MaxValue, "frequent words"), reader.Int(1, 1 << 20, "run buckets"));

    private void AddRuns(ReadOnlySpan<char> word)
    {
        if (frequent == int.MaxValue || word.Length is < 2 or > LongestWord) return;
        int length = word.Length + 2;
        for (int start = 0; start + ShortestRun <= length; start++)
        {
            ulong hash = Offset;
            for (int size = 1; size <= LongestRun && start + size <= length; size++)
            {
                int at = start + size - 2;
                char c = at < 0 ? '<' : at == word.Length ? '>' : char.ToLowerInvariant(word[at]);
                hash = (hash ^ c) * Prime;
                if (size >= ShortestRun) AddRun((int)((hash ^ (hash >> 31)) % (uint)runBuckets));
            }
        }
    }

    private static void AddRun(int id)
    {
        if (runs is null) runs = new int[256];
        else if (runCount == runs.Length) Array.Resize(ref runs, runCount * 2);
        runs[runCount++] = id;
    }
}
