namespace MLPipes.Pipelines;

/// <summary>Reads a row's features in ascending order, whether it is dense or sparse; absent ones are 0.</summary>
internal ref struct FeatureCursor(FeatureRow row)
{
    private readonly ReadOnlySpan<int> indices = row.Indices;
    private readonly ReadOnlySpan<float> values = row.Values;
    private readonly bool isSparse = row.IsSparse;
    private int at;

    /// <summary>The value of <paramref name="feature"/>, which is not below the one asked for before.</summary>
    public float At(int feature)
    {
        if (!isSparse) return values[feature];
        while (at < indices.Length && indices[at] < feature) at++;
        return at < indices.Length && indices[at] == feature ? values[at] : 0;
    }
}
