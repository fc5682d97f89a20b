using System.Runtime.InteropServices;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>A fixed list of terms, found by their hash.</summary>
internal sealed class Vocabulary
{
    private const int CancelRows = 1024;

    private readonly long[] hashes;
    private readonly Dictionary<ulong, int> index;

    private Vocabulary(string[] terms, long[] hashes, int[] documents, Dictionary<ulong, int> index)
    {
        Terms = terms;
        this.hashes = hashes;
        Documents = documents;
        this.index = index;
    }

    /// <summary>The terms' texts, for people.</summary>
    public string[] Terms { get; }

    /// <summary>Training rows that hold each term; empty once read from a file.</summary>
    public int[] Documents { get; }

    /// <summary>The index of each known term of the calling thread's buffer, ascending, each as often as it stands there.</summary>
    public ReadOnlySpan<int> Find(TermBuffer buffer)
    {
        Span<int> found = buffer.Indices;
        int count = 0;
        foreach (ulong hash in buffer.Hashes)
            if (index.TryGetValue(hash, out int at)) found[count++] = at;
        found[..count].Sort();
        return found[..count];
    }

    /// <summary>The index of the term with <paramref name="hash"/>; -1 for an unknown one.</summary>
    public int IndexOf(ulong hash) => index.TryGetValue(hash, out int at) ? at : -1;

    /// <summary>Terms of 1 to <paramref name="words"/> words that enough rows hold: the most frequent, in order of first appearance among equals.</summary>
    public static Vocabulary Learn(Column column, int words, int minRows, double maxShare, int maxTerms, CancellationToken cancel)
    {
        Dictionary<ulong, Entry> seen = [];
        for (int row = 0; row < column.Count; row++)
        {
            if (row % CancelRows == 0) cancel.ThrowIfCancellationRequested();
            CellText.WithText(column, row, (Seen: seen, Row: row, Words: words), static (s, text) => Count(s.Seen, s.Row, text, s.Words));
        }
        List<(ulong Hash, Entry Entry)> kept = [];
        foreach ((ulong hash, Entry entry) in seen)
            if (entry.Rows >= minRows && entry.Rows <= maxShare * column.Count) kept.Add((hash, entry));
        kept.Sort((a, b) => a.Entry.Rows != b.Entry.Rows ? b.Entry.Rows.CompareTo(a.Entry.Rows) : a.Entry.Order.CompareTo(b.Entry.Order));
        if (kept.Count > maxTerms) kept.RemoveRange(maxTerms, kept.Count - maxTerms);
        return Of([.. kept.Select(k => k.Entry.TextIn(column, words))], [.. kept.Select(k => (long)k.Hash)], [.. kept.Select(k => k.Entry.Rows)])!;
    }

    /// <summary>Only the terms at <paramref name="kept"/>, in that order.</summary>
    public Vocabulary Take(int[] kept) => Of([.. kept.Select(i => Terms[i])], [.. kept.Select(i => hashes[i])], [.. kept.Select(i => Documents[i])])!;

    public void Write(PlainWriter writer)
    {
        writer.Strings(Terms);
        writer.Longs(hashes);
    }

    public static Vocabulary Read(PlainReader reader)
    {
        string[] terms = reader.Strings();
        long[] hashes = reader.Longs();
        if (terms.Length == 0 || terms.Length != hashes.Length) throw reader.Damaged($"{terms.Length} terms with {hashes.Length} hashes");
        return Of(terms, hashes, []) ?? throw reader.Damaged("a term stands twice");
    }

    private static Vocabulary? Of(string[] terms, long[] hashes, int[] documents)
    {
        Dictionary<ulong, int> index = new(hashes.Length);
        for (int i = 0; i < hashes.Length; i++)
            if (!index.TryAdd((ulong)hashes[i], i)) return null;
        return new Vocabulary(terms, hashes, documents, index);
    }

    private static bool Count(Dictionary<ulong, Entry> seen, int row, ReadOnlySpan<char> text, int words)
    {
        TermBuffer buffer = TermBuffer.Mine;
        int count = buffer.Words(text, words);
        for (int i = 0; i < count; i++)
        {
            ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, buffer.Hashes[i], out bool exists);
            if (!exists) entry = new Entry { Order = seen.Count, FirstRow = row, Where = buffer.At(i), LastRow = -1 };
            if (entry.LastRow != row) entry.Rows++;
            entry.LastRow = row;
        }
        return true;
    }

    private struct Entry
    {
        public int Rows;
        public int LastRow;
        public int FirstRow;
        public int Order;
        public Range Where;

        public readonly string TextIn(Column column, int words) =>
            CellText.WithText(column, FirstRow, (Where, words), static (s, text) =>
            {
                ReadOnlySpan<char> term = text[s.Where];
                TermBuffer buffer = TermBuffer.Mine;
                buffer.Words(term, 1);
                string[] parts = new string[buffer.WordCount];
                for (int i = 0; i < parts.Length; i++) parts[i] = term[buffer.At(i)].ToString().ToLowerInvariant();
                return string.Join(' ', parts);
            });
    }
}
