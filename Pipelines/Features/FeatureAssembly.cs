namespace MLPipes.Pipelines;

/// <summary>Runs steps over columns and puts their features side by side, in fixed chunks of rows so that threads change nothing.</summary>
internal sealed class FeatureAssembly
{
    public const int ChunkRows = 2048;

    private readonly IReadOnlyList<FeatureStep> steps;
    private readonly Column[][] inputs;
    private readonly float[]?[] training;
    private readonly IReadOnlyList<FeatureInfo> features;
    private readonly int rows;

    /// <param name="steps">The steps.</param>
    /// <param name="features">Their features, all together.</param>
    /// <param name="table">Where their columns are.</param>
    /// <param name="training">Per step, values that stand in for the transform's own, [rows × width]; null for none.</param>
    public FeatureAssembly(IReadOnlyList<FeatureStep> steps, IReadOnlyList<FeatureInfo> features, Table table, float[]?[]? training = null)
    {
        this.steps = steps;
        this.features = features;
        this.training = training ?? new float[]?[steps.Count];
        inputs = new Column[steps.Count][];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = [.. steps[i].Inputs.Select(name => table[name])];
        rows = table.RowCount;
    }

    public FeatureMatrix Build(bool sparse, int threads, CancellationToken cancel) => sparse ? Sparse(threads, cancel) : Dense(threads, cancel);

    /// <summary>Share of cells that are not zero, on up to <paramref name="chunks"/> pieces of the table.</summary>
    public double Density(int chunks)
    {
        const int PieceRows = 256;
        int pieces = Math.Clamp(rows / PieceRows, 1, chunks);
        long stored = 0, seen = 0;
        for (int i = 0; i < pieces; i++)
        {
            int start = (int)((long)rows * i / pieces), count = Math.Min(PieceRows, rows - start);
            stored += SparseChunk(start, count).Values.Length;
            seen += count;
        }
        return seen == 0 ? 0 : stored / ((double)seen * features.Count);
    }

    private FeatureMatrix Dense(int threads, CancellationToken cancel)
    {
        int width = features.Count;
        long cells = (long)rows * width;
        if (cells > Array.MaxLength)
            throw new TableException($"{rows} rows of {width} features are {cells} numbers, more than one dense matrix can hold ({Array.MaxLength}). Use fewer rows at once, or ignore wide columns.", inner: null);
        float[] values = new float[cells];
        Parallel.For(0, Chunks(), Options(threads, cancel), chunk =>
        {
            int start = chunk * ChunkRows, count = Math.Min(ChunkRows, rows - start), offset = 0;
            for (int s = 0; s < steps.Count; s++)
            {
                ITransform transform = steps[s].Transform;
                Span<float> block = values.AsSpan((start * width) + offset);
                int own = transform.Features.Count;
                if (training[s] is { } known)
                    for (int i = 0; i < count; i++) known.AsSpan((start + i) * own, own).CopyTo(block.Slice(i * width, own));
                else
                    transform.Write(inputs[s], start, count, new FeatureBlock(block, width));
                offset += own;
            }
        });
        return FeatureMatrix.Dense(values, features);
    }

    private FeatureMatrix Sparse(int threads, CancellationToken cancel)
    {
        (int[] Counts, int[] Indices, float[] Values)[] parts = new (int[], int[], float[])[Chunks()];
        Parallel.For(0, parts.Length, Options(threads, cancel), chunk =>
            parts[chunk] = SparseChunk(chunk * ChunkRows, Math.Min(ChunkRows, rows - (chunk * ChunkRows))));
        long stored = parts.Sum(p => (long)p.Values.Length);
        if (stored > Array.MaxLength)
            throw new TableException($"{rows} rows hold {stored} sparse values, more than one matrix can hold ({Array.MaxLength}). Use fewer rows at once, or ignore text columns.", inner: null);
        int[] starts = new int[rows + 1], indices = new int[stored];
        float[] values = new float[stored];
        int at = 0, row = 0;
        foreach ((int[] counts, int[] partIndices, float[] partValues) in parts)
        {
            partIndices.CopyTo(indices, at);
            partValues.CopyTo(values, at);
            at += partValues.Length;
            foreach (int count in counts) starts[row + 1] = starts[row++] + count;
        }
        return FeatureMatrix.Sparse(values, indices, starts, features);
    }

    private (int[] Counts, int[] Indices, float[] Values) SparseChunk(int start, int count)
    {
        SparseRows[] collected = new SparseRows[steps.Count];
        int stored = 0;
        for (int s = 0; s < steps.Count; s++)
        {
            ITransform transform = steps[s].Transform;
            collected[s] = new SparseRows();
            int own = transform.Features.Count;
            if (training[s] is { } known) Pick(known.AsSpan(start * own, count * own), own, collected[s]);
            else if (transform.IsSparse) transform.Write(inputs[s], start, count, new FeatureBlock(collected[s]));
            else
            {
                float[] dense = new float[count * own];
                transform.Write(inputs[s], start, count, new FeatureBlock(dense, own));
                Pick(dense, own, collected[s]);
            }
            stored = checked(stored + collected[s].Count);
        }
        int[] counts = new int[count], indices = new int[stored], cursors = new int[steps.Count];
        float[] values = new float[stored];
        int at = 0;
        for (int row = 0; row < count; row++)
        {
            int first = at, offset = 0;
            for (int s = 0; s < steps.Count; s++)
            {
                SparseRows from = collected[s];
                for (; cursors[s] < from.Count && from.Rows[cursors[s]] == row; cursors[s]++, at++)
                {
                    indices[at] = offset + from.Features[cursors[s]];
                    values[at] = from.Values[cursors[s]];
                }
                offset += steps[s].Transform.Features.Count;
            }
            counts[row] = at - first;
        }
        return (counts, indices, values);
    }

    private static void Pick(ReadOnlySpan<float> dense, int width, SparseRows into)
    {
        for (int i = 0; i < dense.Length; i++) into.Add(i / width, i % width, dense[i]);
    }

    private int Chunks() => (rows + ChunkRows - 1) / ChunkRows;

    private static ParallelOptions Options(int threads, CancellationToken cancel) =>
        new() { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount, CancellationToken = cancel };
}
