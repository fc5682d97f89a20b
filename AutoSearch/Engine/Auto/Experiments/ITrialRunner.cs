namespace MLPipes.AutoSearch;

/// <summary>Runs the trials of an experiment in a way of one's own.</summary>
public interface ITrialRunner : IDisposable
{
    /// <summary>Fits and scores what <paramref name="settings"/> name.</summary>
    /// <param name="settings">The trial.</param>
    /// <param name="ct">Ends it: the experiment's time is up, it was cancelled, or the trial takes too much.</param>
    Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct);
}
