namespace MLPipes;

/// <summary>How many trials a study's result may be made of.</summary>
public enum EnsembleSize
{
    /// <summary>Several trials, averaged by weight, where that validates better.</summary>
    Several,
    /// <summary>One trial.</summary>
    Single,
}
