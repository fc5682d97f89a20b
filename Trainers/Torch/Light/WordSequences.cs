using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Rows as sequences of table rows, one a text column, with quantities beside them, labels and weights.</summary>
internal sealed class WordSequences
{
    private readonly int[] tokens;
    private readonly int[] starts;
    private readonly float[] rest;
    private readonly int columns;

    public WordSequences(TrainingSet set, TextVocabulary vocabulary, int maxTokens, float center, float scale, CancellationToken cancel)
    {
        columns = vocabulary.Columns;
        Count = set.Rows;
        RestWidth = vocabulary.Layout.Rest.Length;
        starts = new int[(Count * columns) + 1];
        rest = new float[Count * RestWidth];
        List<int> found = [];
        int[] own = new int[maxTokens];
        TokenRow buffer = new(vocabulary.Layout);
        for (int row = 0; row < Count; row++)
        {
            if (row % 1024 == 0) cancel.ThrowIfCancellationRequested();
            vocabulary.Layout.Read(set.Features.Row(row), buffer);
            for (int c = 0; c < columns; c++)
            {
                found.AddRange(own.AsSpan(0, vocabulary.Read(buffer, c, own)));
                starts[(row * columns) + c + 1] = found.Count;
            }
            for (int i = 0; i < RestWidth; i++) rest[(row * RestWidth) + i] = TextNetModel.Quantity(buffer.Rest[i]);
        }
        tokens = [.. found];
        Labels = set.Labels.ToArray();
        if (set.Task == MLTask.Regression)
            for (int i = 0; i < Labels.Length; i++) Labels[i] = (Labels[i] - center) * scale;
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

    /// <summary>Class index, or the number scaled to mean 0 and deviation 1.</summary>
    public float[] Labels { get; }

    /// <summary>Weights with mean 1.</summary>
    public float[] Weights { get; }

    /// <summary>Tokens of all rows and columns.</summary>
    public long TokenCount => tokens.Length;

    /// <summary>The table rows of column <paramref name="column"/> of row <paramref name="row"/>; at least one.</summary>
    public ReadOnlySpan<int> Tokens(int row, int column)
    {
        int at = (row * columns) + column;
        return tokens.AsSpan(starts[at]..starts[at + 1]);
    }

    /// <summary>Tokens of row <paramref name="row"/> in all columns.</summary>
    public int Length(int row) => starts[(row + 1) * columns] - starts[row * columns];

    /// <summary>The quantities of row <paramref name="row"/>.</summary>
    public ReadOnlySpan<float> Rest(int row) => rest.AsSpan(row * RestWidth, RestWidth);
}
