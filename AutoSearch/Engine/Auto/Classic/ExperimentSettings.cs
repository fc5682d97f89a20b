namespace MLPipes.AutoSearch;

/// <summary>Limits of an experiment.</summary>
public abstract class ExperimentSettings
{
    /// <summary>Seconds of a day, which is as long as an experiment runs unless told otherwise.</summary>
    internal const uint Day = 86_400;

    private protected ExperimentSettings() { }

    /// <summary>Wall time of the whole experiment, in seconds; default a day.</summary>
    public uint MaxExperimentTimeInSeconds { get; set; } = Day;

    /// <summary>Ends the experiment early, the best model so far in hand.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Most memory: a trial that may need more is skipped, and the experiment goes on. Null for three quarters of what the process may have.</summary>
    public double? MaximumMemoryUsageInMegaByte { get; set; }

    /// <summary>Most trials; default no limit.</summary>
    public int MaxModels { get; set; } = int.MaxValue;

    /// <summary>A folder for a journal of every trial, from which a later run of the same experiment goes on; null for none.</summary>
    public string? CacheDirectoryName { get; set; }

    /// <summary>The memory limit in bytes; null for none.</summary>
    internal long? MemoryBytes => MaximumMemoryUsageInMegaByte is { } megabytes && megabytes < long.MaxValue / (1 << 20) ? (long)(megabytes * (1 << 20)) : null;
}
