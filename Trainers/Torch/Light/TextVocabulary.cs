using System.Runtime.InteropServices;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Which row of an embedding table each token id of each text column has: one for each id that training saw, row 0 for all others.</summary>
internal sealed class TextVocabulary : ITextVocabulary
{
    private readonly int[] columns;
    private readonly int[][] rows;

    private TextVocabulary(TokenLayout layout, int[][] rows, int maxTokens)
    {
        Layout = layout;
        MaxTokens = maxTokens;
        this.rows = rows;
        columns = ColumnsOf(layout);
        Rows = 1 + rows.Sum(r => r.Length == 0 ? 0 : r.Count(row => row > 0));
    }

    /// <summary>Where the tokens stand.</summary>
    public TokenLayout Layout { get; }

    /// <summary>Number of text columns.</summary>
    public int Columns => columns.Length;

    /// <summary>Rows of the table, the one for unknown tokens among them.</summary>
    public int Rows { get; }

    /// <summary>Tokens of a text that are read, at least 1.</summary>
    public int MaxTokens { get; }

    /// <summary>The vocabulary of the rows of <paramref name="matrix"/>, of whose texts at most <paramref name="mostTokens"/> tokens are to be read.</summary>
    public static TextVocabulary Learn(FeatureMatrix matrix, int mostTokens, CancellationToken cancel)
    {
        TokenLayout layout = TokenLayout.Of(matrix.Features);
        int[] columns = ColumnsOf(layout);
        int[][] rows = [.. columns.Select(_ => Array.Empty<int>())];
        TokenRow buffer = new(layout);
        int next = 1;
        for (int row = 0; row < matrix.Rows; row++)
        {
            if (row % 1024 == 0) cancel.ThrowIfCancellationRequested();
            layout.Read(matrix.Row(row), buffer);
            for (int c = 0; c < columns.Length; c++)
            {
                foreach (int id in buffer.Ids(columns[c]))
                {
                    if (id >= rows[c].Length) Array.Resize(ref rows[c], Math.Max(id + 1, Math.Min(TokenLayout.MaxId + 1, rows[c].Length * 2)));
                    if (rows[c][id] == 0) rows[c][id] = next++;
                }
            }
        }
        int longest = columns.Select(c => layout.Segments[c].Length).DefaultIfEmpty(1).Max();
        return new TextVocabulary(layout, rows, Math.Clamp(longest, 1, mostTokens));
    }

    /// <summary>Adds the table rows of a text's first tokens, at least one, to <paramref name="found"/>.</summary>
    public void AddTo(List<int> found, TokenRow buffer, int column)
    {
        int before = found.Count;
        CollectionsMarshal.SetCount(found, before + MaxTokens);
        int count = Read(buffer, column, CollectionsMarshal.AsSpan(found)[before..]);
        CollectionsMarshal.SetCount(found, before + count);
    }

    /// <summary>The table rows of the first tokens of column <paramref name="column"/> of the row in <paramref name="buffer"/>; a text without tokens is one unknown token.</summary>
    /// <returns>How many there are, from 1 to the length of <paramref name="into"/>.</returns>
    public int Read(TokenRow buffer, int column, Span<int> into)
    {
        ReadOnlySpan<int> ids = buffer.Ids(columns[column]);
        int[] known = rows[column];
        int count = Math.Min(ids.Length, into.Length);
        for (int i = 0; i < count; i++) into[i] = ids[i] < known.Length ? known[ids[i]] : 0;
        if (count > 0) return count;
        into[0] = 0;
        return 1;
    }

    public void Write(PlainWriter writer)
    {
        Layout.Write(writer);
        foreach (int[] column in rows) writer.Ints(column);
        writer.Int(MaxTokens);
    }

    public static TextVocabulary Read(PlainReader reader)
    {
        TokenLayout layout = TokenLayout.Read(reader);
        int[][] rows = [.. ColumnsOf(layout).Select(_ => reader.Ints())];
        TextVocabulary read = new(layout, rows, reader.Int(1, 1 << 20, "tokens of a text"));
        HashSet<int> taken = [];
        foreach (int row in rows.SelectMany(r => r))
            if (row != 0 && (row < 0 || row >= read.Rows || !taken.Add(row))) throw reader.Damaged($"a token with row {row} of {read.Rows}");
        return read;
    }

    // Bags of character runs have no order and so are nothing for a sequence.
    private static int[] ColumnsOf(TokenLayout layout) => [.. Enumerable.Range(0, layout.Segments.Count).Where(s => layout.Segments[s].Stream == 0)];
}
