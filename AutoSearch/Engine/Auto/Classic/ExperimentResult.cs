namespace MLPipes.AutoSearch;

/// <summary>What an experiment found.</summary>
public sealed class ExperimentResult<TMetrics> where TMetrics : class
{
    internal ExperimentResult(IReadOnlyList<RunDetail<TMetrics>> runDetails, RunDetail<TMetrics> bestRun) => (RunDetails, BestRun) = (runDetails, bestRun);

    /// <summary>Every run, in order of their numbers.</summary>
    public IEnumerable<RunDetail<TMetrics>> RunDetails { get; }

    /// <summary>The model that was made of the best runs: one of them, or an ensemble of several.</summary>
    public RunDetail<TMetrics> BestRun { get; }
}
