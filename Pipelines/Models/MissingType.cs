namespace MLPipes.Pipelines;

/// <summary>Which values a numeric split takes for missing, with LightGBM's meanings.</summary>
public enum MissingType : byte
{
    /// <summary>NaN takes the node's default side.</summary>
    NaN,
    /// <summary>Nothing is missing: NaN is read as 0.</summary>
    None,
    /// <summary>NaN and zeros (|value| ≤ 1e-35) take the node's default side.</summary>
    Zero,
}
