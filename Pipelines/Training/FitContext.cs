namespace MLPipes.Pipelines;

/// <summary>All that a fit may use beside its data: seed, threads, clock, a way to be ended, progress and a validation set.</summary>
public sealed record FitContext
{
    /// <summary>Seed of everything random, at least 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads it may use, at least 1.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The clock that <see cref="Deadline"/> is read against.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>When to stop and return the model so far; null for no limit.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Ends the fit without a model, by <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>Told as the fit goes on; null for silence.</summary>
    public IProgress<FitProgress>? Progress { get; init; }

    /// <summary>Rows the model is not fitted on, to stop early by; null for none.</summary>
    public TrainingSet? Validation { get; init; }

    /// <summary>Whether the deadline has come.</summary>
    public bool IsOutOfTime => Deadline is { } deadline && Time.GetUtcNow() >= deadline;

    /// <summary>Time left before the deadline; null for no limit.</summary>
    public TimeSpan? TimeLeft => Deadline is { } deadline ? deadline - Time.GetUtcNow() : null;
}

/// <summary>How far a fit is.</summary>
/// <param name="Done">Share done, 0 to 1; NaN where not known.</param>
/// <param name="Loss">Validation or training loss so far; NaN where not known.</param>
/// <param name="What">What is being done, for people.</param>
public readonly record struct FitProgress(double Done, double Loss, string What);
