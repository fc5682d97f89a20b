namespace MLPipes.AutoSearch;

/// <summary>Decides what to try next. Learns by <see cref="Observe"/> alone, and so from old events as well.</summary>
/// <remarks>
/// A tuner's state is a fold over the events it was shown: <see cref="Propose"/> changes nothing, and what it returns depends only
/// on those events. The study shows it the <see cref="TrialEvent.Started"/> of each plan that it takes up, then asks again.
/// </remarks>
public interface ITuner
{
    /// <summary>The next plan; null when there is nothing left to try.</summary>
    TrialPlan? Propose();

    /// <summary>Takes in one event, in the study's order; also how a study resumes.</summary>
    void Observe(TrialEvent happened);
}
