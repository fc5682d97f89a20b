namespace MLPipes.AutoSearch;

/// <summary>Is told how an experiment goes on; calls come one at a time.</summary>
public interface IMonitor
{
    /// <summary>A trial ended with a score.</summary>
    void ReportCompletedTrial(TrialResult result);

    /// <summary>The trial that was just completed is the best so far.</summary>
    void ReportBestTrial(TrialResult result);

    /// <summary>A trial failed, was given up, or was not run; the exception says why.</summary>
    void ReportFailTrial(TrialSettings settings, Exception? exception = null);

    /// <summary>A trial begins.</summary>
    void ReportRunningTrial(TrialSettings setting);
}
