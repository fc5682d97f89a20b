using MLPipes.AutoSearch;

namespace MLPipes;

/// <summary>What a study found.</summary>
public sealed record StudyResult
{
    /// <summary>The best found, ready to predict, save and export: one model, folds' models or an ensemble.</summary>
    public required FittedPipeline Pipeline { get; init; }

    /// <summary>What the best is, in words: a trainer's key, or the members of an ensemble.</summary>
    public required string Best { get; init; }

    /// <summary>The metric of <see cref="Pipeline"/> on rows that its models were not fitted on, in its own direction.</summary>
    public required double Score { get; init; }

    /// <summary>All metrics of the task on the same predictions, by key.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>What was improved.</summary>
    public required Metric Metric { get; init; }

    /// <summary>What is predicted.</summary>
    public required MLTask Task { get; init; }

    /// <summary>The completed trials, best first, and how many others there were.</summary>
    public required Leaderboard Leaderboard { get; init; }

    /// <summary>Why the study ended.</summary>
    public required StudyEnd End { get; init; }

    /// <summary>From the start of the budget to this result.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What the time went into.</summary>
    public StudyUsage Usage { get; init; } = new();

    /// <summary>Number of splits on which each trial was scored; 1 for a hold-out.</summary>
    public required int Splits { get; init; }

    /// <summary>What the user should know about the data; one sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
