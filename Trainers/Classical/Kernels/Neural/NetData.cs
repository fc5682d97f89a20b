using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Rows encoded for a network: cells and codes once, labels as the network sees them, weights with mean 1.</summary>
internal sealed class NetData
{
    private const int ChunkRows = 2048;

    /// <param name="set">Rows, at least one; those of weight 0 are left out unless all are.</param>
    /// <param name="inputs">How they are encoded.</param>
    /// <param name="scale">Factor of labels.</param>
    /// <param name="offset">Taken from labels before.</param>
    /// <param name="context">Threads and cancellation.</param>
    public NetData(TrainingSet set, NeuralInputs inputs, double scale, double offset, FitContext context)
    {
        int[] rows = Present(set);
        Rows = rows.Length;
        Cells = inputs.Cells;
        Coded = inputs.Coded.Length;
        CellValues = new float[checked(Rows * Cells)];
        CodeValues = new int[Rows * Coded];
        Labels = new float[Rows];
        Weights = new float[Rows];
        double total = 0;
        for (int i = 0; i < Rows; i++)
        {
            Labels[i] = (float)((set.Labels[rows[i]] - offset) * scale);
            total += set.IsWeighted ? set.Weights[rows[i]] : 1;
        }
        for (int i = 0; i < Rows; i++) Weights[i] = total > 0 ? (float)((set.IsWeighted ? set.Weights[rows[i]] : 1) * (Rows / total)) : 1;
        Concurrent.Run((Rows + ChunkRows - 1) / ChunkRows, context.Threads, chunk =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            for (int i = chunk * ChunkRows, end = Math.Min(Rows, i + ChunkRows); i < end; i++)
                inputs.Encode(set.Features.Row(rows[i]), CellValues.AsSpan(i * Cells, Cells), CodeValues.AsSpan(i * Coded, Coded));
        });
    }

    public int Rows { get; }

    public int Cells { get; }

    public int Coded { get; }

    /// <summary>[rows × cells].</summary>
    public float[] CellValues { get; }

    /// <summary>[rows × coded].</summary>
    public int[] CodeValues { get; }

    /// <summary>[rows]: class index, or the standardised number.</summary>
    public float[] Labels { get; }

    /// <summary>[rows], mean 1.</summary>
    public float[] Weights { get; }

    /// <summary>The rows that count.</summary>
    public static int[] Present(TrainingSet set)
    {
        List<int> rows = new(set.Rows);
        for (int i = 0; i < set.Rows; i++) if (!set.IsWeighted || set.Weights[i] > 0) rows.Add(i);
        return rows.Count > 0 ? [.. rows] : [.. Enumerable.Range(0, set.Rows)];
    }
}
