namespace MLPipes.Trainers.Torch;

/// <summary>What happens to a text that is longer than a window.</summary>
public enum LongTexts
{
    /// <summary>Windows over the whole text, whose scores are averaged.</summary>
    MeanOfWindows,
    /// <summary>Windows over the whole text, of whose scores the highest counts, class by class.</summary>
    MaxOfWindows,
    /// <summary>Its end is cut off.</summary>
    Cut,
}
