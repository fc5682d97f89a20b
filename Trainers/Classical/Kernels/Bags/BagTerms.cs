using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The terms of the text columns that a bag of embeddings knows: single tokens, runs of neighbouring tokens and runs of characters, each with a row of one table.</summary>
internal sealed class BagTerms : ITextVocabulary
{
    // Above any token's id, so that single tokens are their own keys.
    private const int LengthShift = 58;
    private const ulong Mask = (1UL << LengthShift) - 1;
    private readonly ulong[][] keys;
    private readonly Dictionary<ulong, int>[] rows;
    private readonly int maxWords;

    private BagTerms(TokenLayout layout, int maxWords, ulong[][] keys, Dictionary<ulong, int>[] rows)
    {
        Layout = layout;
        this.maxWords = maxWords;
        this.keys = keys;
        this.rows = rows;
        Count = keys.Sum(k => k.Length);
    }

    /// <summary>Where the tokens stand.</summary>
    public TokenLayout Layout { get; }

    /// <summary>Number of bags: one for the words of each text column, and one for the character runs of each that has any.</summary>
    public int Columns => Layout.Segments.Count;

    /// <summary>Number of terms of all columns together.</summary>
    public int Count { get; }

    /// <summary>The column that the term with this table row is of.</summary>
    public int ColumnOf(int term)
    {
        int column = 0;
        for (int end = keys[0].Length; term >= end; end += keys[++column].Length) { }
        return column;
    }

    /// <summary>The terms of <paramref name="matrix"/>: every single token, and of longer ones those in at least two rows; the most frequent where there are more than <paramref name="most"/> in a column.</summary>
    public static BagTerms Learn(FeatureMatrix matrix, int maxWords, int most, CancellationToken cancel)
    {
        TokenLayout layout = TokenLayout.Of(matrix.Features);
        int columns = layout.Segments.Count;
        Dictionary<ulong, (int Rows, int Last, int Order)>[] seen = [.. layout.Segments.Select(_ => new Dictionary<ulong, (int, int, int)>())];
        TokenRow buffer = new(layout);
        for (int row = 0; row < matrix.Rows; row++)
        {
            if (row % 1024 == 0) cancel.ThrowIfCancellationRequested();
            layout.Read(matrix.Row(row), buffer);
            for (int c = 0; c < columns; c++)
            {
                foreach (ulong key in new Keys(buffer.Ids(c), LengthOf(layout, c, maxWords)))
                {
                    if (!seen[c].TryGetValue(key, out (int Rows, int Last, int Order) known)) known = (0, -1, seen[c].Count);
                    if (known.Last != row) seen[c][key] = (known.Rows + 1, row, known.Order);
                }
            }
        }
        ulong[][] keys = [.. seen.Select(column => column.Where(k => k.Key >> LengthShift == 0 || k.Value.Rows >= 2)
            .OrderByDescending(k => k.Value.Rows).ThenBy(k => k.Value.Order).Take(most).Select(k => k.Key).ToArray())];
        return new BagTerms(layout, maxWords, keys, Numbered(keys)!);
    }

    /// <summary>Adds the table rows of the known terms of column <paramref name="column"/> of the row in <paramref name="buffer"/>.</summary>
    public void AddTo(List<int> found, TokenRow buffer, int column)
    {
        Dictionary<ulong, int> known = rows[column];
        foreach (ulong key in new Keys(buffer.Ids(column), LengthOf(Layout, column, maxWords)))
            if (known.TryGetValue(key, out int row)) found.Add(row);
    }

    /// <summary>Adds the vectors of the known terms, each [width], to <paramref name="sum"/>.</summary>
    /// <returns>How many there were.</returns>
    public int Sum(TokenRow buffer, int column, ReadOnlySpan<float> vectors, Span<float> sum)
    {
        Dictionary<ulong, int> known = rows[column];
        int count = 0;
        foreach (ulong key in new Keys(buffer.Ids(column), LengthOf(Layout, column, maxWords)))
        {
            if (!known.TryGetValue(key, out int row)) continue;
            BagMath.Add(sum, vectors.Slice(row * sum.Length, sum.Length));
            count++;
        }
        return count;
    }

    public void Write(PlainWriter writer)
    {
        Layout.Write(writer);
        writer.Int(maxWords);
        foreach (ulong[] column in keys) writer.Longs([.. column.Select(k => (long)k)]);
    }

    public static BagTerms Read(PlainReader reader)
    {
        TokenLayout layout = TokenLayout.Read(reader);
        int maxWords = reader.Int(1, 8, "words in a term");
        ulong[][] keys = [.. layout.Segments.Select(_ => reader.Longs().Select(k => (ulong)k).ToArray())];
        return new BagTerms(layout, maxWords, keys, Numbered(keys) ?? throw reader.Damaged("a term stands twice"));
    }

    private static Dictionary<ulong, int>[]? Numbered(ulong[][] keys)
    {
        Dictionary<ulong, int>[] rows = [.. keys.Select(k => new Dictionary<ulong, int>(k.Length))];
        int next = 0;
        for (int c = 0; c < keys.Length; c++)
            foreach (ulong key in keys[c])
                if (!rows[c].TryAdd(key, next++)) return null;
        return rows;
    }

    // The order of character runs says nothing, so that neighbours among them are no terms.
    private static int LengthOf(TokenLayout layout, int column, int maxWords) => layout.Segments[column].Stream == 0 ? maxWords : 1;

    /// <summary>The keys of a bag's terms: its tokens, then its runs of 2, 3, … tokens.</summary>
    private ref struct Keys(ReadOnlySpan<int> tokens, int longest)
    {
        private readonly ReadOnlySpan<int> tokens = tokens;
        private int length = 1;
        private int next;

        public ulong Current { get; private set; }

        public readonly Keys GetEnumerator() => this;

        public bool MoveNext()
        {
            while (length <= longest && next + length > tokens.Length) (length, next) = (length + 1, 0);
            if (length > longest) return false;
            Current = length == 1 ? (uint)tokens[next] : KeyOf(tokens.Slice(next, length));
            next++;
            return true;
        }

        // Two of a text's runs fall together with a chance of about one in 2^58: that is none.
        private static ulong KeyOf(ReadOnlySpan<int> ids)
        {
            ulong hash = 0;
            foreach (int id in ids)
            {
                hash = (hash ^ (uint)id) + 0x9E3779B97F4A7C15;
                hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
                hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
                hash ^= hash >> 31;
            }
            return ((ulong)ids.Length << LengthShift) | (hash & Mask);
        }
    }
}
