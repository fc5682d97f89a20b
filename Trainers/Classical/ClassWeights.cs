namespace MLPipes.Trainers;

/// <summary>Whether classes count by their rows or all the same.</summary>
public enum ClassWeights
{
    /// <summary>Every row counts by its own weight.</summary>
    None,
    /// <summary>Row weights are scaled so that every class has the same total; probabilities then no longer match the classes' shares.</summary>
    Balanced,
}
