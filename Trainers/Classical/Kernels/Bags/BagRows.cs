using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Rows as lists of known terms: term by (row, column), quantities beside them, labels and weights.</summary>
internal sealed class BagRows
{
    private readonly int[] terms;
    private readonly int[] starts;
    private readonly float[] rest;
    private readonly int columns;

    public BagRows(TrainingSet set, BagTerms known, float center, float scale, CancellationToken cancel)
    {
        TokenLayout layout = known.Layout;
        columns = known.Columns;
        Count = set.Rows;
        RestWidth = layout.Rest.Length;
        starts = new int[(Count * columns) + 1];
        rest = new float[Count * RestWidth];
        List<int> found = [];
        TokenRow buffer = new(layout);
        for (int row = 0; row < Count; row++)
        {
            if (row % 1024 == 0) cancel.ThrowIfCancellationRequested();
            layout.Read(set.Features.Row(row), buffer);
            for (int c = 0; c < columns; c++)
            {
                known.AddTo(found, buffer, c);
                starts[(row * columns) + c + 1] = found.Count;
            }
            for (int i = 0; i < RestWidth; i++) rest[(row * RestWidth) + i] = BagModel.Quantity(buffer.Rest[i]);
        }
        terms = [.. found];
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

    /// <summary>The terms of column <paramref name="column"/> of row <paramref name="row"/>.</summary>
    public ReadOnlySpan<int> Terms(int row, int column)
    {
        int at = (row * columns) + column;
        return terms.AsSpan(starts[at]..starts[at + 1]);
    }

    /// <summary>The quantities of row <paramref name="row"/>.</summary>
    public ReadOnlySpan<float> Rest(int row) => rest.AsSpan(row * RestWidth, RestWidth);
}
