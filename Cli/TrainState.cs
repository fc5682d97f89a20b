using MLPipes.AutoSearch;

namespace MLPipes.Cli;

/// <summary>What a search has come to so far: a fold over its events.</summary>
internal sealed class TrainState
{
    private readonly SortedDictionary<int, RunningTrial> running = [];
    private readonly List<(TimeSpan At, double Score)> improvements = [];

    /// <summary>The completed trials.</summary>
    public Leaderboard Leaderboard { get; } = new();

    /// <summary>The trials under way, by number.</summary>
    public IReadOnlyDictionary<int, RunningTrial> Running => running;

    /// <summary>When which score became the best.</summary>
    public IReadOnlyList<(TimeSpan At, double Score)> Improvements => improvements;

    /// <summary>The last trial that came to nothing and why; null for none.</summary>
    public string? Notice { get; private set; }

    /// <summary>Trials that are over.</summary>
    public int Over => Leaderboard.Completed + Leaderboard.Dropped + Leaderboard.Failed + Leaderboard.Skipped;

    /// <summary>Takes in an event.</summary>
    /// <returns>Whether it made a new best.</returns>
    public bool Observe(TrialEvent happened)
    {
        if (happened is TrialEvent.Started) running[happened.Number] = new RunningTrial(happened.Plan.Trainer, happened.At, null);
        if (happened.IsOutcome) running.Remove(happened.Number);
        Notice = ReasonOf(happened) is { } reason ? $"#{happened.Number} {happened.Plan.Trainer} {reason}" : Notice;
        if (!Leaderboard.Observe(happened)) return false;
        improvements.Add((happened.At, Leaderboard.Best!.Score));
        return true;
    }

    /// <summary>Takes in how far a fit is; one that its trial has left behind is of no interest.</summary>
    public void Observe(TrialProgress told)
    {
        if (told.Fit.What.Length > 0 && running.TryGetValue(told.Number, out RunningTrial? trial)) running[told.Number] = trial with { Fit = told.Fit.What };
    }

    /// <summary>Why a trial came to nothing; null where it did not.</summary>
    public static string? ReasonOf(TrialEvent happened) => happened switch
    {
        TrialEvent.Failed failed => $"failed: {failed.Reason}",
        TrialEvent.Skipped skipped => $"skipped: {skipped.Reason}",
        TrialEvent.Dropped => "given up: its first fold has no prospects",
        _ => null,
    };
}

/// <summary>A trial under way.</summary>
/// <param name="Trainer">Key of its trainer.</param>
/// <param name="Since">When it began.</param>
/// <param name="Fit">How its current fit goes, in words; null where it has not told.</param>
internal sealed record RunningTrial(string Trainer, TimeSpan Since, string? Fit);
