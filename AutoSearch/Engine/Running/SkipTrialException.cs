namespace MLPipes.AutoSearch;

/// <summary>Ends a trial that can't be run, or not to its end, and says nothing about its configuration.</summary>
internal sealed class SkipTrialException(string reason, bool isForTime) : Exception(reason)
{
    /// <summary>Whether it was for want of time.</summary>
    public bool IsForTime { get; } = isForTime;
}
