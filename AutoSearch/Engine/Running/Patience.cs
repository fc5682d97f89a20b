namespace MLPipes.AutoSearch;

/// <summary>Tells when a study has gone without a better trial for as long as its options allow.</summary>
/// <remarks>
/// Counted over outcomes in the order of their numbers. Up to a window of trials may have begun before the one whose outcome used up the
/// patience is known; all of them count, for which of them have begun depends on what ended first.
/// </remarks>
internal sealed class Patience(int? trials, TimeSpan? time, TimeProvider provider)
{
    private double best = double.PositiveInfinity;
    private int without;
    private long? lastBetter;

    /// <summary>Number of the last trial to begin; null while patience lasts.</summary>
    public int? LastTrial { get; private set; }

    /// <summary>Whether no further trial is to begin after <paramref name="taken"/> have begun.</summary>
    public bool IsUsedUp(int taken) => taken >= LastTrial || (lastBetter is { } since && time is { } most && provider.GetElapsedTime(since) >= most);

    /// <summary>Takes in an outcome; they come by number.</summary>
    public void Observe(TrialEvent outcome)
    {
        if (outcome is TrialEvent.Skipped { IsForTime: true }) return;
        bool isBetter = outcome is TrialEvent.Completed completed && completed.Loss < best;
        if (isBetter) best = ((TrialEvent.Completed)outcome).Loss;
        without = isBetter ? 0 : without + 1;
        // Time counts from when a better trial is known; without any, from the first outcome.
        if (isBetter || lastBetter is null) lastBetter = provider.GetTimestamp();
        if (without >= trials) LastTrial ??= outcome.Number + StudyLimits.Window - 1;
    }
}
