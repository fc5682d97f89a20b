using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>What a search for an entity tagger may use.</summary>
public sealed record EntitySearchOptions
{
    /// <summary>Labelled documents.</summary>
    public required EntityDocuments Data { get; init; }

    /// <summary>Time for everything, from <see cref="Started"/> on; null: every candidate is trained to the end of its plan.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>When the budget began; null: when the search does.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Seed of everything random, at least 0.</summary>
    [Bounds(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Threads to use, at least 1; default all cores.</summary>
    [Bounds(1, 4096)]
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Folder or name of a pre-trained encoder; default the one that MLPIPES_ENCODER names; null or empty: none, light models alone.</summary>
    public string? Encoder { get; init; } = EncoderChoice.Default;

    /// <summary>Words that are to be tagged after the search and within the budget, such as a test file's.</summary>
    [Bounds(0, long.MaxValue)]
    public long WordsAfter { get; init; }

    /// <summary>Told each candidate as it ends; null for silence.</summary>
    public IProgress<EntityTrial>? Trials { get; init; }

    /// <summary>Told how far the current candidate is; null for silence.</summary>
    public IProgress<FitProgress>? Progress { get; init; }
}
