namespace MLPipes.Pipelines;

/// <summary>What trainers learn from and models score: float32 features, dense row-major or compressed sparse rows. Immutable.</summary>
public sealed class FeatureMatrix
{
    private readonly float[] values;
    private readonly int[] indices;
    private readonly int[] rowStarts;

    private FeatureMatrix(int rows, IReadOnlyList<FeatureInfo> features, float[] values, int[] indices, int[] rowStarts, bool isSparse)
    {
        Rows = rows;
        Features = features;
        Width = features.Count;
        this.values = values;
        this.indices = indices;
        this.rowStarts = rowStarts;
        IsSparse = isSparse;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of features.</summary>
    public int Width { get; }

    /// <summary>What each feature is, [features].</summary>
    public IReadOnlyList<FeatureInfo> Features { get; }

    /// <summary>Whether rows are sparse.</summary>
    public bool IsSparse { get; }

    /// <summary>Dense: [rows × features], row-major. Sparse: the stored values, row by row.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <summary>Sparse: the feature index of each stored value, ascending within a row. Dense: empty.</summary>
    public ReadOnlySpan<int> Indices => indices;

    /// <summary>Sparse: where each row starts in <see cref="Values"/>, [rows + 1]. Dense: empty.</summary>
    public ReadOnlySpan<int> RowStarts => rowStarts;

    /// <summary>Stored values, for cost estimates.</summary>
    public long StoredValues => values.Length;

    /// <summary>A dense matrix over <paramref name="values"/> ([rows × features], row-major), which it keeps.</summary>
    public static FeatureMatrix Dense(float[] values, IReadOnlyList<FeatureInfo> features)
    {
        ArgumentOutOfRangeException.ThrowIfZero(features.Count);
        if (values.Length % features.Count != 0)
            throw new ArgumentException($"{values.Length} values do not fill rows of {features.Count} features.", nameof(values));
        return new(values.Length / features.Count, features, values, [], [], isSparse: false);
    }

    /// <summary>A dense matrix of plain quantities named f0, f1, …</summary>
    public static FeatureMatrix Dense(float[] values, int width) =>
        Dense(values, Enumerable.Range(0, width).Select(i => new FeatureInfo($"f{i}", $"f{i}")).ToArray());

    /// <summary>A sparse matrix: row r holds values[rowStarts[r] .. rowStarts[r+1]] at ascending indices. Keeps the arrays.</summary>
    public static FeatureMatrix Sparse(float[] values, int[] indices, int[] rowStarts, IReadOnlyList<FeatureInfo> features)
    {
        if (values.Length != indices.Length || rowStarts.Length == 0 || rowStarts[^1] != values.Length)
            throw new ArgumentException("Values, indices and row starts do not fit together.", nameof(rowStarts));
        return new(rowStarts.Length - 1, features, values, indices, rowStarts, isSparse: true);
    }

    /// <summary>Row <paramref name="row"/> (from 0).</summary>
    public FeatureRow Row(int row)
    {
        if (!IsSparse) return new FeatureRow(values.AsSpan(checked(row * Width), Width));
        int start = rowStarts[row], length = rowStarts[row + 1] - start;
        return new FeatureRow(indices.AsSpan(start, length), values.AsSpan(start, length), Width);
    }

    /// <summary>The rows at <paramref name="rows"/> (indices from 0), in that order.</summary>
    public FeatureMatrix Take(ReadOnlySpan<int> rows)
    {
        if (!IsSparse)
        {
            float[] dense = new float[checked(rows.Length * Width)];
            for (int i = 0; i < rows.Length; i++) Row(rows[i]).Values.CopyTo(dense.AsSpan(i * Width));
            return new FeatureMatrix(rows.Length, Features, dense, [], [], isSparse: false);
        }
        int[] starts = new int[rows.Length + 1];
        for (int i = 0; i < rows.Length; i++) starts[i + 1] = checked(starts[i] + rowStarts[rows[i] + 1] - rowStarts[rows[i]]);
        float[] taken = new float[starts[^1]];
        int[] at = new int[starts[^1]];
        for (int i = 0; i < rows.Length; i++)
        {
            FeatureRow row = Row(rows[i]);
            row.Values.CopyTo(taken.AsSpan(starts[i]));
            row.Indices.CopyTo(at.AsSpan(starts[i]));
        }
        return new FeatureMatrix(rows.Length, Features, taken, at, starts, isSparse: true);
    }
}
