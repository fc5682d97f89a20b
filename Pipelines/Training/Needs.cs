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
    /// <summary>
    /// Text as ids of a pre-trained encoder's tokenizer, position by position; see <see cref="TokenLayout"/>. Other columns arrive as the other
    /// flags say; the ids may be stored sparse even where <see cref="Dense"/> is asked for, which then is about the other columns alone.
    /// </summary>
    TokenIds = 16,
    /// <summary>Text as ids of a vocabulary learned from the rows, position by position; otherwise as <see cref="TokenIds"/>.</summary>
    WordIds = 32,
}
