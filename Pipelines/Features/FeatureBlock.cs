namespace MLPipes.Pipelines;

/// <summary>Where a transform writes its features for a run of rows: a slice of a dense matrix, or rows being collected as sparse.</summary>
/// <remarks>
/// A sparse transform (<see cref="ITransform.IsSparse"/>) writes rows in ascending order and, within a row, features in ascending
/// order; others, which are only given dense blocks, write in any order. In a dense block every cell starts at 0. A block never allocates when it is dense, so that a single row is scored without garbage.
/// </remarks>
public ref struct FeatureBlock
{
    private readonly Span<float> dense;
    private readonly int stride;
    private readonly SparseRows? sparse;

    /// <summary>Dense: cell (row, feature) is at <c>row · stride + feature</c> of <paramref name="dense"/>.</summary>
    public FeatureBlock(Span<float> dense, int stride)
    {
        this.dense = dense;
        this.stride = stride;
    }

    /// <summary>Sparse: rows are collected in <paramref name="sparse"/>.</summary>
    public FeatureBlock(SparseRows sparse) => this.sparse = sparse;

    /// <summary>Sets feature <paramref name="feature"/> (from 0, within this transform) of row <paramref name="row"/> (from 0, within this block).</summary>
    public readonly void Set(int row, int feature, float value)
    {
        if (sparse is null) dense[(row * stride) + feature] = value;
        else sparse.Add(row, feature, value);
    }
}

/// <summary>Sparse features of a run of rows, collected by one transform.</summary>
public sealed class SparseRows
{
    private int[] rows = new int[64];
    private int[] features = new int[64];
    private float[] values = new float[64];

    /// <summary>Stored values so far.</summary>
    public int Count { get; private set; }

    /// <summary>Row index within the block of each stored value, ascending.</summary>
    public ReadOnlySpan<int> Rows => rows.AsSpan(0, Count);

    /// <summary>Feature index within the transform of each stored value.</summary>
    public ReadOnlySpan<int> Features => features.AsSpan(0, Count);

    /// <summary>The stored values.</summary>
    public ReadOnlySpan<float> Values => values.AsSpan(0, Count);

    /// <summary>Forgets the rows and keeps the storage.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds one value; zeros are dropped.</summary>
    public void Add(int row, int feature, float value)
    {
        if (value == 0) return;
        if (Count == rows.Length)
        {
            Array.Resize(ref rows, Count * 2);
            Array.Resize(ref features, Count * 2);
            Array.Resize(ref values, Count * 2);
        }
        rows[Count] = row;
        features[Count] = feature;
        values[Count++] = value;
    }
}
