namespace MLPipes.AutoSearch;

/// <summary>What a cross-validated experiment found.</summary>
public sealed class CrossValidationExperimentResult<TMetrics> where TMetrics : class
{
    internal CrossValidationExperimentResult(IReadOnlyList<CrossValidationRunDetail<TMetrics>> runDetails, CrossValidationRunDetail<TMetrics> bestRun) => (RunDetails, BestRun) = (runDetails, bestRun);

    /// <summary>Every run, in order of their numbers.</summary>
    public IEnumerable<CrossValidationRunDetail<TMetrics>> RunDetails { get; }

    /// <summary>The model that was made of the best runs, and its metrics on each fold.</summary>
    public CrossValidationRunDetail<TMetrics> BestRun { get; }
}
