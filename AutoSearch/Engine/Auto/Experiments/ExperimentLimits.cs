namespace MLPipes.AutoSearch;

/// <summary>What an experiment may take.</summary>
internal sealed record ExperimentLimits
{
    /// <summary>Wall time; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Most trials; null for no limit.</summary>
    public int? Trials { get; init; }

    /// <summary>Most memory, in bytes; null for the study's own rule.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How to search.</summary>
    public SearchStrategy Tuner { get; init; }

    /// <summary>The journal's file; null for none.</summary>
    public string? Journal { get; init; }

    /// <summary>Most models in the result; null for as many as validate best.</summary>
    public int? MaxModels { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
