namespace MLPipes.AutoSearch;

/// <summary>How much of a study's time is left, and for what.</summary>
internal sealed class StudyClock
{
    private readonly TimeProvider time;
    private readonly DateTimeOffset started;

    // Selecting weights and putting the result together.
    private const double AssemblyShare = 0.03;
    // Fitting winners again may take this much, and no more.
    private const double FurtherShare = 0.3;

    // Fitting one that takes all cores again may take this much: nothing else gains as much once it leads.
    private const double DearShare = 0.45;

    /// <summary>Scoring the caller's rows may take this share of the budget, and no more.</summary>
    public const double ScoringShare = 0.5;

    /// <summary>How often a winner that takes all cores is fitted again at most: each makes the result larger and slower, and two more have most of what many would gain.</summary>
    public const int MostDearRefits = 2;

    /// <summary>Share of a whole fit's time below which a further, shortened one is not worth having.</summary>
    public const double ShortestShare = 0.5;

    private readonly DateTimeOffset? end;
    private double finishSeconds;
    private double scoringSeconds;

    /// <param name="options">Time, clock, start and reserve.</param>
    /// <param name="furtherStartShare">Share of the budget kept for fitting winners again, until it is known how long they take.</param>
    public StudyClock(StudyOptions options, double furtherStartShare)
    {
        time = options.Clock;
        Usage = new UsageMeter(time);
        started = options.Started ?? time.GetUtcNow();
        Budget = options.Time ?? (options.Trials is null ? TimeSpan.FromSeconds(60) : null);
        if (Budget is not { } budget) return;
        TimeSpan reserve = options.Reserve ?? TimeSpan.FromSeconds(Math.Min(budget.TotalSeconds * 0.2, Math.Max(0.25, budget.TotalSeconds * 0.02)));
        end = started + budget - reserve;
        finishSeconds = budget.TotalSeconds * Math.Max(furtherStartShare, AssemblyShare);
    }

    /// <summary>The whole budget; null for none.</summary>
    public TimeSpan? Budget { get; }

    /// <summary>When the result has to be there; null for no limit.</summary>
    public DateTimeOffset? End => end - TimeSpan.FromSeconds(Volatile.Read(ref scoringSeconds));

    /// <summary>When trials have to stop; null for no limit.</summary>
    public DateTimeOffset? SearchEnd => End - TimeSpan.FromSeconds(Volatile.Read(ref finishSeconds));

    /// <summary>What the time goes into.</summary>
    public UsageMeter Usage { get; init; }

    /// <summary>The clock itself.</summary>
    public TimeProvider Provider => time;

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed => time.GetUtcNow() - started;

    /// <summary>Seconds until trials stop; null for no limit.</summary>
    public double? SearchSecondsLeft => SearchEnd is { } end ? (end - time.GetUtcNow()).TotalSeconds : null;

    /// <summary>Seconds until the result has to be there; null for no limit.</summary>
    public double? SecondsLeft => End is { } end ? (end - time.GetUtcNow()).TotalSeconds : null;

    /// <summary>Seconds until the caller's rows have to be scored; null for no limit.</summary>
    public double? SecondsLeftToScore => (end - time.GetUtcNow())?.TotalSeconds;

    /// <summary>
    /// Keeps <paramref name="wanted"/> seconds for fitting winners again, or, where that is more than it may be, <paramref name="least"/>;
    /// none where that is too much as well: then further trials use it better.
    /// </summary>
    public void KeepFor(double wanted, double least)
    {
        if (Budget is not { } budget) return;
        double most = budget.TotalSeconds * FurtherShare, kept = wanted <= most ? wanted : least <= most ? least : 0;
        Volatile.Write(ref finishSeconds, kept + (budget.TotalSeconds * AssemblyShare));
    }

    /// <summary>Keeps time for fitting a winner that takes all cores again: once, twice, or, where there is no time for a whole fit, all that is left for a shortened one.</summary>
    /// <param name="seconds">What its fit took.</param>
    public void KeepForDearRefits(double seconds)
    {
        if (Budget is not { } budget) return;
        double assembly = budget.TotalSeconds * AssemblyShare, most = Math.Min(budget.TotalSeconds * DearShare, (SecondsLeft ?? 0) - assembly);
        double times = Math.Min(MostDearRefits, Math.Floor(most / seconds));
        double kept = times > 0 ? times * seconds : seconds * ShortestShare <= most ? most : 0;
        Volatile.Write(ref finishSeconds, kept + assembly);
    }

    /// <summary>Keeps <paramref name="seconds"/> behind the result for what the caller scores with it.</summary>
    public void KeepForScoring(double seconds)
    {
        if (Budget is { } budget) Volatile.Write(ref scoringSeconds, Math.Min(seconds, budget.TotalSeconds * ScoringShare));
    }

    /// <summary>When a fit that starts now has to end: with the search, and no fit may take more than its share of the budget.</summary>
    /// <param name="shareOfBudget">Its share.</param>
    /// <param name="scoringShare">Share of the budget by which it has to end before the search, for what is done with its model.</param>
    public DateTimeOffset? FitDeadline(double shareOfBudget, double scoringShare = 0) => SearchEnd is not { } end ? null
        : Earlier(end - TimeSpan.FromSeconds(Budget!.Value.TotalSeconds * scoringShare), time.GetUtcNow() + TimeSpan.FromSeconds(Budget!.Value.TotalSeconds * shareOfBudget));

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
