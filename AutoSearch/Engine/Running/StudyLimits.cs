using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>What fits share and may take at most.</summary>
/// <param name="FitThreads">Threads of one fit.</param>
/// <param name="FitShare">Largest share of the time budget for one fit.</param>
/// <param name="MemoryBytes">Most memory the study should take.</param>
/// <param name="SharedBytes">Memory that rows and cached features take in any case.</param>
/// <param name="AllThreads">Threads of a fit that takes all cores.</param>
/// <param name="SearchSplits">Fits of one trial.</param>
internal sealed record StudyLimits(int FitThreads, double FitShare, long MemoryBytes, long SharedBytes, int AllThreads, int SearchSplits)
{
    // Most of the budget for the fits of one trial that takes all cores; the rest is for those before it and for finishing.
    private const double AllCoresShare = 0.8;
    // Scoring with what takes all cores to fit takes seconds too; a fit that ends with the search would be lost.
    private const double AllCoresScoringShare = 0.06;

    // Speed is measured in a moment, and may be told too low.
    private const double ScoringMargin = 1.3;

    /// <summary>Trials that run at the same time at most; a constant, because proposals depend on it.</summary>
    public const int Window = 4;

    /// <summary>Threads of one fit.</summary>
    public int ThreadsOf(TrainerCard card) => card.UsesAllCores ? AllThreads : FitThreads;

    /// <summary>What a core does of the work that trainers state in their cost hints where they take all cores, in operations a second, where it was not measured.</summary>
    public const double FlopsPerCoreSecond = 3e10;

    /// <summary>The caller's rows for each second of the time budget; 0 without rows or budget.</summary>
    public double RowsPerBudgetSecond { get; init; }

    /// <summary>Share of the time budget that scoring with a fitted model may take: the rows that it is judged by, and those of the caller.</summary>
    /// <exception cref="SkipTrialException">The caller's rows alone would take more than they may: a model that can't score them in time is not worth fitting.</exception>
    public double ScoringShareOf(TrainerCard card, CostHint cost)
    {
        if (!card.UsesAllCores) return 0;
        if (RowsPerBudgetSecond == 0) return AllCoresScoringShare;
        double flopsPerSecond = card.FlopsPerSecond?.Invoke(AllThreads) ?? FlopsPerCoreSecond * AllThreads;
        double share = RowsPerBudgetSecond * cost.ScoringFlops / flopsPerSecond;
        if (card.FlopsPerSecond is not null && share > ScoringMargin * StudyClock.ScoringShare)
            throw new SkipTrialException(string.Create(CultureInfo.InvariantCulture, $"scoring the rows that were given for it would take about {share * 100:0} % of the time."), isForTime: true);
        return AllCoresScoringShare + Math.Min(StudyClock.ScoringShare, share);
    }

    /// <summary>Largest share of the time budget for one fit.</summary>
    public double ShareOf(TrainerCard card) => card.UsesAllCores ? AllCoresShare / SearchSplits : FitShare;

    /// <summary>Limits for <paramref name="data"/> and the places for fits that go with them.</summary>
    public static (StudyLimits Limits, CoreSlots Slots) For(StudyOptions options, StudyData data)
    {
        // One thread a fit and fits side by side use cores better than threads that wait for each other; only where there are more
        // cores than fits do fits get several.
        int fits = Window * data.SearchSplits, slots = Math.Min(options.Threads, fits);
        int threads = Math.Max(1, options.Threads / slots);
        long memory = options.MemoryBytes ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3);
        long rows = 12L * data.Table.RowCount * data.Table.Columns.Count;
        double share = data.SearchSplits == 1 ? 0.3 : Math.Clamp(0.2 * slots / data.SearchSplits, 0.02, 0.35);
        return (new StudyLimits(threads, share, memory, Math.Min(rows * 2, memory / 2), options.Threads, data.SearchSplits)
        {
            RowsPerBudgetSecond = options.Time is { } time ? options.RowsToScore / time.TotalSeconds : 0,
        }, new CoreSlots(slots));
    }
}
