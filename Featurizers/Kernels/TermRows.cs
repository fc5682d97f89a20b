using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>The distinct known terms of each row of a text column, row by row.</summary>
internal sealed class TermRows
{
    private readonly int[] starts;
    private readonly List<int> terms = [];

    private TermRows(int rows) => starts = new int[rows + 1];

    /// <summary>Terms of <paramref name="row"/>, ascending, each once.</summary>
    public ReadOnlySpan<int> this[int row] => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(terms)[starts[row]..starts[row + 1]];

    public static TermRows Of(Column column, Vocabulary vocabulary, int words, CancellationToken cancel)
    {
        TermRows rows = new(column.Count);
        TermBuffer buffer = TermBuffer.Mine;
        for (int row = 0; row < column.Count; row++)
        {
            if (row % 1024 == 0) cancel.ThrowIfCancellationRequested();
            CellText.WithText(column, row, (buffer, words), static (s, text) => s.buffer.Words(text, s.words));
            int last = -1;
            foreach (int term in vocabulary.Find(buffer))
            {
                if (term != last) rows.terms.Add(term);
                last = term;
            }
            rows.starts[row + 1] = rows.terms.Count;
        }
        return rows;
    }
}
