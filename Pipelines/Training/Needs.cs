namespace MLPipes.Pipelines;

/// <summary>What a trainer needs of its features; featurizers are chosen to meet it.</summary>
[Flags]
public enum Needs
{
    /// <summary>Quantities, category codes and NaN are all fine (trees).</summary>
    None = 0,
    /// <summary>Category codes have no meaning to it: categories arrive one-hot, hashed or target-encoded.</summary>
    NumericOnly = 1,
    /// <summary>No NaN: missing values are filled and flagged.</summary>
    NoMissing = 2,
    /// <summary>Features on a common scale, around zero.</summary>
    Scaled = 4,
    /// <summary>A dense matrix of modest width: high-cardinality columns and text arrive compressed.</summary>
    Dense = 8,
}
