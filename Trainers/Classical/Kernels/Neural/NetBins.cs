using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Cuts the ranges of numbers into pieces that hold as many rows each.</summary>
/// <remarks>Edges are quantiles, equal ones once: Gorishniy et al., On Embeddings for Numerical Features, NeurIPS 2022, section 3.2.1.</remarks>
internal static class NetBins
{
    /// <summary>With more numbers than this, each is read as it is: their embeddings would be most of the network.</summary>
    public const int MostNumbers = 64;

    private const int MostRows = 50_000;

    /// <summary>The pieces of the numbers of <paramref name="data"/>.</summary>
    /// <param name="inputs">How rows are encoded.</param>
    /// <param name="data">Encoded rows.</param>
    /// <param name="pieces">Most pieces of a number; below 2 for no embeddings.</param>
    /// <param name="context">Threads and cancellation.</param>
    public static NeuralBins Of(NeuralInputs inputs, NetData data, int pieces, FitContext context)
    {
        int numbers = inputs.Numbers.Length;
        if (pieces < 2 || numbers is 0 or > MostNumbers) return NeuralBins.None;
        float[][] edges = new float[numbers][];
        Concurrent.Run(numbers, context.Threads, number =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            edges[number] = Edges(Known(inputs, data, number), pieces);
        });
        // A number of two values is a line between them anyway.
        int[] cells = [.. Enumerable.Range(0, numbers).Where(n => edges[n].Length > 2)];
        return new NeuralBins { Cells = cells, Pieces = [.. cells.Select(c => edges[c].Length - 1)], Edges = [.. cells.SelectMany(c => edges[c])] };
    }

    private static float[] Known(NeuralInputs inputs, NetData data, int number)
    {
        int flag = Array.IndexOf(inputs.Flags, inputs.Numbers[number]), step = 1 + ((data.Rows - 1) / MostRows);
        List<float> known = new(Math.Min(data.Rows, MostRows) + 1);
        for (int row = 0; row < data.Rows; row += step)
        {
            ReadOnlySpan<float> cells = data.CellValues.AsSpan(row * data.Cells, data.Cells);
            if (flag < 0 || cells[inputs.Numbers.Length + flag] == 0) known.Add(cells[number]);
        }
        return [.. known];
    }

    private static float[] Edges(float[] known, int pieces)
    {
        known.AsSpan().Sort();
        List<float> edges = [];
        for (int p = 0; p <= pieces && known.Length > 0; p++)
        {
            float edge = known[(int)((long)p * (known.Length - 1) / pieces)];
            if (edges.Count == 0 || edge > edges[^1]) edges.Add(edge);
        }
        return [.. edges];
    }
}
