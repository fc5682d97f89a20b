namespace MLPipes.Pipelines;

/// <summary>The rows of a training set as a network reads them: the ids of each text column, quantities beside them, labels and weights.</summary>
internal sealed class TextRows
{
    private readonly int[] ids;
    private readonly int[] starts;
    private readonly float[] rest;
    private readonly int columns;

    public TextRows(TrainingSet set, ITextVocabulary vocabulary, LabelRange range, CancellationToken cancel)
    {
        columns = vocabulary.Columns;
        Count = set.Rows;
        RestWidth = vocabulary.Layout.Rest.Length;
        starts = new int[(Count * columns) + 1];
        rest = new float[Count * RestWidth];
        List<int> found = [];
        TokenRow buffer = new(vocabulary.Layout);
        for (int row = 0; row < Count; row++)
        {
            if (row % 1024 == 0) cancel.ThrowIfCancellationRequested();
            vocabulary.Layout.Read(set.Features.Row(row), buffer);
            for (int c = 0; c < columns; c++)
            {
                vocabulary.AddTo(found, buffer, c);
                starts[(row * columns) + c + 1] = found.Count;
            }
            for (int i = 0; i < RestWidth; i++) rest[(row * RestWidth) + i] = buffer.Quantity(i);
        }
        ids = [.. found];
        Labels = set.Labels.ToArray();
        if (set.Task == MLTask.Regression)
            for (int i = 0; i < Labels.Length; i++) Labels[i] = (Labels[i] - range.Center) * range.Scale;
        Weights = [.. Enumerable.Repeat(1f, Count)];
        if (!set.IsWeighted) return;
        double mean = 0;
        foreach (float weight in set.Weights) mean += weight / (double)Count;
        for (int i = 0; i < Count; i++) Weights[i] = (float)(set.Weights[i] / mean);
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Quantities per row.</summary>
    public int RestWidth { get; }

    /// <summary>[rows]: class index, or the number scaled to mean 0 and deviation 1.</summary>
    public float[] Labels { get; }

    /// <summary>[rows], mean 1.</summary>
    public float[] Weights { get; }

    /// <summary>Ids of all rows and columns.</summary>
    public long IdCount => ids.Length;

    /// <summary>The ids of column <paramref name="column"/> of row <paramref name="row"/>.</summary>
    public ReadOnlySpan<int> Ids(int row, int column)
    {
        int at = (row * columns) + column;
        return ids.AsSpan(starts[at]..starts[at + 1]);
    }

    /// <summary>Ids of row <paramref name="row"/> in all columns.</summary>
    public int Length(int row) => starts[(row + 1) * columns] - starts[row * columns];

    /// <summary>The quantities of row <paramref name="row"/>.</summary>
    public ReadOnlySpan<float> Rest(int row) => rest.AsSpan(row * RestWidth, RestWidth);
}
