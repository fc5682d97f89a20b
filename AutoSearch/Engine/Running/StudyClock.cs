namespace MLPipes.AutoSearch;

/// <summary>How much of a study's time is left, and for what.</summary>
internal sealed class StudyClock
{
    private readonly TimeProvider time;
    private readonly DateTimeOffset started;

    /// <param name="options">Time, clock, start and reserve.</param>
    /// <param name="finishShare">Share of the time kept for what follows the trials: selection, further fits, assembly.</param>
    public StudyClock(StudyOptions options, double finishShare)
    {
        time = options.Clock;
        started = options.Started ?? time.GetUtcNow();
        Budget = options.Time ?? (options.Trials is null ? TimeSpan.FromSeconds(60) : null);
        if (Budget is not { } budget) return;
        TimeSpan reserve = options.Reserve ?? TimeSpan.FromSeconds(Math.Min(budget.TotalSeconds * 0.2, Math.Max(0.5, budget.TotalSeconds * 0.02)));
        End = started + budget - reserve;
        SearchEnd = End - TimeSpan.FromSeconds(budget.TotalSeconds * finishShare);
    }

    /// <summary>The whole budget; null for none.</summary>
    public TimeSpan? Budget { get; }

    /// <summary>When the result has to be there; null for no limit.</summary>
    public DateTimeOffset? End { get; }

    /// <summary>When trials have to stop; null for no limit.</summary>
    public DateTimeOffset? SearchEnd { get; }

    /// <summary>The clock itself.</summary>
    public TimeProvider Provider => time;

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed => time.GetUtcNow() - started;

    /// <summary>Seconds until trials stop; null for no limit.</summary>
    public double? SearchSecondsLeft => SearchEnd is { } end ? (end - time.GetUtcNow()).TotalSeconds : null;

    /// <summary>Seconds until the result has to be there; null for no limit.</summary>
    public double? SecondsLeft => End is { } end ? (end - time.GetUtcNow()).TotalSeconds : null;

    /// <summary>When a fit that starts now has to end: with the search, and no fit may take more than its share of the budget.</summary>
    public DateTimeOffset? FitDeadline(double shareOfBudget) =>
        SearchEnd is not { } end ? null : Earlier(end, time.GetUtcNow() + TimeSpan.FromSeconds(Budget!.Value.TotalSeconds * shareOfBudget));

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
