namespace MLPipes.Pipelines;

/// <summary>One row of features, dense or sparse, borrowed from its matrix.</summary>
public readonly ref struct FeatureRow
{
    /// <summary>A dense row: [features].</summary>
    public FeatureRow(ReadOnlySpan<float> values)
    {
        Values = values;
        Width = values.Length;
    }

    /// <summary>A sparse row: values at ascending <paramref name="indices"/>, zero elsewhere.</summary>
    public FeatureRow(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, int width)
    {
        Indices = indices;
        Values = values;
        Width = width;
        IsSparse = true;
    }

    /// <summary>Ascending feature indices of the values; empty for a dense row.</summary>
    public ReadOnlySpan<int> Indices { get; }

    /// <summary>Dense: all features. Sparse: the values at <see cref="Indices"/>.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Number of features.</summary>
    public int Width { get; }

    /// <summary>Whether <see cref="Indices"/> applies.</summary>
    public bool IsSparse { get; }
}
