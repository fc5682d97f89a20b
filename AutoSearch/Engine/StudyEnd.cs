namespace MLPipes;

/// <summary>Why a study ended.</summary>
public enum StudyEnd
{
    /// <summary>Its time was used.</summary>
    Time,
    /// <summary>Its number of trials was reached.</summary>
    Trials,
    /// <summary>Nothing better was found for as long as the options' patience.</summary>
    Patience,
    /// <summary>There was nothing left to try.</summary>
    Exhausted,
    /// <summary>It was cancelled; the result is the best until then.</summary>
    Cancelled,
}
