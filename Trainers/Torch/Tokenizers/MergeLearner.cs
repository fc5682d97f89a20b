using System.Runtime.InteropServices;

namespace MLPipes.Trainers.Torch;

/// <summary>Merges the commonest pair of neighbours again and again, with pair counts that are kept up to date.</summary>
/// <remarks>
/// Each merge touches only the words that hold the pair; a heap with stale entries finds the next pair. Time about
/// O(pairs · log pairs + Σ merges · words with the pair). Pairs of one count go by the ids of their sides, so that nothing depends on hashing.
/// </remarks>
internal sealed class MergeLearner
{
    private const int CancelMerges = 256;

    private readonly List<string> pieces;
    private readonly string prefix;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly List<int[]> words = [];
    private readonly List<long> counts = [];
    private readonly List<int> lastMerge = [];
    private readonly Dictionary<ulong, Entry> pairs = [];
    private readonly PriorityQueue<ulong, (long NegativeCount, ulong Pair)> heap = new();

    /// <summary>A learner that goes on from <paramref name="pieces"/> and adds to them.</summary>
    /// <param name="pieces">Special tokens; letters and merged pieces are added behind them.</param>
    /// <param name="prefix">What marks pieces within a word; dropped where such a piece joins the one before it.</param>
    public MergeLearner(List<string> pieces, string prefix)
    {
        this.pieces = pieces;
        this.prefix = prefix;
        for (int i = 0; i < pieces.Count; i++) ids.Add(pieces[i], i);
    }

    /// <summary>Adds a piece that is there from the beginning.</summary>
    public void Letter(string piece) => IdOf(piece);

    /// <summary>Adds a word as its letters, each a piece, with how often it stands in the corpus.</summary>
    public void Word(IReadOnlyList<string> letters, long count)
    {
        int[] word = new int[letters.Count];
        for (int i = 0; i < word.Length; i++) word[i] = IdOf(letters[i]);
        words.Add(word);
        counts.Add(count);
        lastMerge.Add(-1);
    }

    /// <summary>Merges until there are enough pieces, no pair is frequent enough or it is late; returns the merges in order.</summary>
    public List<(string Left, string Right)> Learn(int vocabularySize, long minFrequency, CancellationToken cancel, Func<bool>? isLate = null)
    {
        List<(string Left, string Right)> merges = [];
        for (int w = 0; w < words.Count; w++)
            for (int i = 0; i + 1 < words[w].Length; i++) Change(words[w], i, w, counts[w], track: true);
        foreach ((ulong pair, Entry entry) in pairs) heap.Enqueue(pair, (-entry.Count, pair));
        List<ulong> fresh = [];
        while (pieces.Count < vocabularySize && heap.TryDequeue(out ulong pair, out var priority))
        {
            if (merges.Count % CancelMerges == 0)
            {
                cancel.ThrowIfCancellationRequested();
                if (isLate?.Invoke() == true) break;
            }
            if (!pairs.TryGetValue(pair, out Entry entry)) continue;
            if (entry.Count != -priority.NegativeCount)
            {
                // Counts only fall after they were put there: back with what is left.
                if (entry.Count > 0) heap.Enqueue(pair, (-entry.Count, pair));
                continue;
            }
            if (entry.Count < minFrequency) break;
            int left = (int)(pair >> 32), right = (int)(uint)pair;
            string tail = pieces[right];
            int merged = IdOf(pieces[left] + (prefix.Length > 0 && tail.StartsWith(prefix, StringComparison.Ordinal) ? tail[prefix.Length..] : tail));
            merges.Add((pieces[left], tail));
            fresh.Clear();
            foreach (int w in entry.Words)
            {
                if (lastMerge[w] == merges.Count) continue;
                lastMerge[w] = merges.Count;
                Replace(w, left, right, merged, fresh);
            }
            pairs.Remove(pair);
            foreach (ulong made in fresh)
            {
                ref Entry offered = ref CollectionsMarshal.GetValueRefOrNullRef(pairs, made);
                if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref offered) || offered.OfferedAt == merges.Count) continue;
                offered.OfferedAt = merges.Count;
                heap.Enqueue(made, (-offered.Count, made));
            }
        }
        return merges;
    }

    // Takes the word's pairs out of the counts, merges, and counts the pairs of what it has become.
    private void Replace(int w, int left, int right, int merged, List<ulong> fresh)
    {
        int[] word = words[w];
        int kept = 0;
        bool holds = false;
        for (int i = 0; i + 1 < word.Length; i++) holds |= word[i] == left && word[i + 1] == right;
        if (!holds) return;
        for (int i = 0; i + 1 < word.Length; i++) Change(word, i, w, -counts[w], track: false);
        int[] shorter = new int[word.Length];
        for (int i = 0; i < word.Length; i++)
        {
            bool pair = i + 1 < word.Length && word[i] == left && word[i + 1] == right;
            shorter[kept++] = pair ? merged : word[i];
            if (pair) i++;
        }
        Array.Resize(ref shorter, kept);
        words[w] = shorter;
        for (int i = 0; i + 1 < kept; i++)
        {
            bool made = shorter[i] == merged || shorter[i + 1] == merged;
            Change(shorter, i, w, counts[w], track: made);
            if (made) fresh.Add(BpeModel.Pair(shorter[i], shorter[i + 1]));
        }
    }

    private void Change(int[] word, int at, int w, long by, bool track)
    {
        ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, BpeModel.Pair(word[at], word[at + 1]), out bool exists);
        if (!exists) entry = new Entry { Words = [] };
        entry.Count += by;
        if (track && (entry.Words.Count == 0 || entry.Words[^1] != w)) entry.Words.Add(w);
    }

    private int IdOf(string piece)
    {
        if (ids.TryGetValue(piece, out int id)) return id;
        ids.Add(piece, pieces.Count);
        pieces.Add(piece);
        return pieces.Count - 1;
    }

    private struct Entry
    {
        public long Count;
        public int OfferedAt;
        public List<int> Words;
    }
}
