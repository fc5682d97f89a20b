using System.Text.Json.Serialization;

namespace MLPipes.AutoSearch;

/// <summary>Something that happened to a trial. A closed family: match it with <c>switch</c>.</summary>
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(Completed), "completed")]
[JsonDerivedType(typeof(Dropped), "dropped")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Skipped), "skipped")]
[JsonDerivedType(typeof(NewBest), "new-best")]
public abstract record TrialEvent
{
    private protected TrialEvent() { }

    /// <summary>The trial's plan.</summary>
    public required TrialPlan Plan { get; init; }

    /// <summary>When, since the study's start.</summary>
    public TimeSpan At { get; init; }

    /// <summary>The trial's number, from 1.</summary>
    [JsonIgnore]
    public int Number => Plan.Number;

    /// <summary>Whether the trial is over with this event.</summary>
    [JsonIgnore]
    public bool IsOutcome => this is Completed or Dropped or Failed or Skipped;

    /// <summary>The trial was proposed and waits for, or has, a core.</summary>
    public sealed record Started : TrialEvent;

    /// <summary>Every fold was fitted and scored.</summary>
    public sealed record Completed : TrialEvent
    {
        /// <summary>What is minimised, over all out-of-fold predictions: the metric, turned around where larger is better.</summary>
        public required double Loss { get; init; }

        /// <summary>The metric in its own direction.</summary>
        public required double Score { get; init; }

        /// <summary>The loss of each fold.</summary>
        public required IReadOnlyList<double> FoldLosses { get; init; }

        /// <summary>Seconds of fitting and scoring, summed over folds.</summary>
        public required double Seconds { get; init; }

        /// <summary>Whether a deadline cut a fit short.</summary>
        public bool IsPartial { get; init; }
    }

    /// <summary>The first fold showed that it has no prospects; the others were not run.</summary>
    public sealed record Dropped : TrialEvent
    {
        /// <summary>The loss of the first fold.</summary>
        public required double FoldLoss { get; init; }

        /// <summary>Seconds of fitting and scoring.</summary>
        public required double Seconds { get; init; }
    }

    /// <summary>The trainer or a featurizer failed; costs this trial only.</summary>
    public sealed record Failed : TrialEvent
    {
        /// <summary>What went wrong.</summary>
        public required string Reason { get; init; }
    }

    /// <summary>The trial was not run, or not to its end, and says nothing about its configuration.</summary>
    public sealed record Skipped : TrialEvent
    {
        /// <summary>Why: memory, time, or a task that the trainer does not serve.</summary>
        public required string Reason { get; init; }

        /// <summary>Whether it was for want of time: with more, the same plan may run.</summary>
        public bool IsForTime { get; init; }
    }

    /// <summary>The trial that just completed is better than all before it.</summary>
    public sealed record NewBest : TrialEvent
    {
        /// <summary>The metric in its own direction.</summary>
        public required double Score { get; init; }
    }
}
