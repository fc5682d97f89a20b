using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>One run of a study: proposes, runs, records, finishes.</summary>
internal sealed class StudyRun(StudyOptions options, IProgress<TrialEvent>? progress)
{
    // So many proposals in a row that take too long, and the next will as well.
    private const int MaxWithoutTime = 24;
    // So many winners of a search on folds are likely to be fitted again.
    private const int WinnersRefitted = 4;
    // So many trials are usually averaged.
    private const int WinnersScored = 6;

    private readonly Leaderboard board = new();
    private readonly TrialPool pool = new();
    private readonly UsageMeter usage = new(options.Clock);
    private readonly SortedDictionary<int, FinishedTrial> results = [];
    private readonly Patience patience = new(options.PatienceTrials, options.PatienceTime, options.Clock);
    private readonly List<string> warnings = [];
    private string? lastProblem;
    private int pooled;
    private int withoutTime;
    private volatile bool hasModel;

    public async Task<StudyResult> RunAsync(CancellationToken cancel)
    {
        StudyData data = StudyData.From(Journal.AsBegun(options));
        options.Watcher?.Began(data);
        // After the trials, the winners of a hold-out are fitted again on other rows, those of folds once more on all rows.
        StudyClock clock = new(options, furtherStartShare: data.SearchSplits > 1 ? 0.06 : data.Splits.Count > 1 ? 0.25 : 0) { Usage = usage };
        (StudyLimits limits, CoreSlots slots) = StudyLimits.For(options, data);
        Candidate[] candidates = Candidates.For(options, data.Shape, warnings);
        if (candidates.Length == 0) throw new StudyException($"No trainer among {options.Trainers.Count} serves a {data.Target.Task.ToString().ToLowerInvariant()} task; allow others.");
        FeatureCache cache = new(data, options.Seed, limits.MemoryBytes / 4);
        using WorkerFitter fitter = new(options.Isolation, options.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, options.MemoryBytes is not null, slots.Count, cache.Drop);
        TrialRunner runner = new(data, candidates, cache, slots, clock, limits, fitter, options.FitProgress);
        FeaturizerCard[] featurizers = Candidates.Featurizers(data);
        IReadOnlyList<PortfolioEntry> list = [.. Warm(candidates, featurizers), .. Portfolio.For(candidates, featurizers, data.Target.Task, PortfolioList.Learned)];
        if (data.WordsPerRow > 0) list = TextOrder.Of(list, candidates, data.IsMostlyText);
        // Without a time budget seconds may decide nothing, or the result would depend on the machine.
        SearchTuner tuner = new(candidates, list,
            options.Seed, options.Tuner, coreSeconds: clock.Budget?.TotalSeconds * options.Threads);
        await using JournalWriter? journal = JournalWriter.Open(options, Fingerprint(data));

        StudyEnd end = await SearchAsync(new TrialSequence(data.AllowsStacking ? new StackingTuner(tuner, candidates, options.Seed) : tuner, StudyLimits.Window), data, runner, clock, journal, cancel).ConfigureAwait(false);
        foreach (FinishedTrial late in results.Values) pool.Add(late);
        if (pool.Members.Count == 0) throw NothingFound(end, cancel);
        bool isHurried = cancel.IsCancellationRequested || clock.SecondsLeft is <= 0;
        Finished finished = await new Finisher(data, options, runner, clock).FinishAsync(pool, isHurried, cancel).ConfigureAwait(false);
        options.Watcher?.Ended(finished);
        await EndAsync(journal, end).ConfigureAwait(false);
        warnings.AddRange(fitter.Warnings);
        return Result(data, finished, clock, end);
    }

    private async Task EndAsync(JournalWriter? journal, StudyEnd end)
    {
        if (journal is null) return;
        journal.Append(end);
        await journal.DisposeAsync().ConfigureAwait(false);
        if (journal.Problem is { } problem) warnings.Add(problem);
    }

    private IReadOnlyList<PortfolioEntry> Warm(Candidate[] candidates, FeaturizerCard[] featurizers)
    {
        IReadOnlyList<PortfolioEntry> entries = WarmStart.Entries(options.StartFrom, candidates, [.. featurizers.Select(f => f.Key)]);
        int others = options.StartFrom.Count - entries.Count;
        if (others > 0) warnings.Add($"{others} of {options.StartFrom.Count} configurations to start from serve another task or are not allowed; they were left out.");
        return entries;
    }

    private async Task<StudyEnd> SearchAsync(TrialSequence sequence, StudyData data, TrialRunner runner, StudyClock clock, JournalWriter? journal, CancellationToken cancel)
    {
        Queue<TrialPlan> unfinished = Replay(sequence, journal?.Journal);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using ITimer? alarm = AlarmAt(clock, stop);
        Dictionary<int, Task<FinishedTrial>> running = [];
        int most = options.Trials ?? int.MaxValue;
        while (true)
        {
            while (!IsOver(clock, cancel) && unfinished.TryDequeue(out TrialPlan? plan)) running.Add(plan.Number, Begin(plan, runner, clock, stop.Token));
            while (!IsOver(clock, cancel) && sequence.Taken < most && !patience.IsUsedUp(sequence.Taken) && sequence.IsReady)
            {
                if (sequence.Next() is not { } plan) continue;
                journal?.Append(plan);
                running.Add(plan.Number, Begin(plan, runner, clock, stop.Token));
            }
            if (running.Count == 0) break;
            Task<FinishedTrial> ended = await AnyAsync(running.Values, stop.Token).ConfigureAwait(false);
            if (!ended.IsCompleted) break;
            FinishedTrial result = await ended.ConfigureAwait(false);
            running.Remove(result.Event.Number);
            // A trial that there was no time for says nothing; it is run when the journal is taken up.
            bool hadNoTime = result.Event is TrialEvent.Skipped { IsForTime: true };
            if (!hadNoTime) journal?.Append(result);
            withoutTime = hadNoTime ? withoutTime + 1 : 0;
            sequence.Record(result.Event);
            Take(result, clock, data);
        }
        return cancel.IsCancellationRequested ? StudyEnd.Cancelled : IsOver(clock, cancel) ? StudyEnd.Time : sequence.Taken < most && patience.IsUsedUp(sequence.Taken) ? StudyEnd.Patience : sequence.IsExhausted ? StudyEnd.Exhausted : StudyEnd.Trials;
    }

    private Task<FinishedTrial> Begin(TrialPlan plan, TrialRunner runner, StudyClock clock, CancellationToken stop)
    {
        progress?.Report(new TrialEvent.Started { Plan = plan, At = clock.Elapsed });
        runner.Prepare(plan, pool.Find);
        return runner.RunAsync(plan, stop);
    }

    private void Take(FinishedTrial result, StudyClock clock, StudyData data)
    {
        options.Watcher?.Took(result);
        progress?.Report(result.Event);
        Collect(result);
        KeepTimeToScore(clock);
        lastProblem = result.Event switch
        {
            TrialEvent.Failed failed => $"{failed.Plan.Trainer} failed: {failed.Reason}",
            TrialEvent.Skipped skipped => $"{skipped.Plan.Trainer} was skipped: {skipped.Reason}",
            _ => lastProblem,
        };
        if (!board.Observe(result.Event) || result.Event is not TrialEvent.Completed best) return;
        KeepTimeToFinish(data, clock);
        progress?.Report(new TrialEvent.NewBest { Plan = best.Plan, At = best.At, Score = best.Score });
    }

    /// <summary>Keeps the time that fitting winners again will take, as far as the best of them show it.</summary>
    private void KeepTimeToFinish(StudyData data, StudyClock clock)
    {
        if (data.SearchSplits > 1)
        {
            double[] seconds = [.. board.Rows.Take(WinnersRefitted).Select(r => Finisher.RefitSeconds(r.Seconds, data.SearchSplits))];
            // Side by side on the threads there are; where all of them would take too long, the quickest alone.
            clock.KeepFor(Math.Max(seconds.Max(), seconds.Sum() / options.Threads), seconds.Min());
        }
        else if (data.Splits.Count > 1)
        {
            // A quick one nearly as good as the best is as well worth fitting again: a whole further fit and half as much again.
            LeaderboardRow quick = board.Rows.Where(r => r.Loss <= board.Rows[0].Loss * 1.05).MinBy(r => r.Seconds)!;
            if (options.UsesAllCores(quick.Trainer)) clock.KeepForDearRefits(quick.Seconds);
            else clock.KeepFor(quick.Seconds * 1.5, quick.Seconds * 1.5);
        }
    }

    /// <summary>Keeps the time that scoring the caller's rows will take with the best trials so far, each of their features made once.</summary>
    private void KeepTimeToScore(StudyClock clock)
    {
        if (options.RowsToScore == 0) return;
        clock.KeepForScoring(FoldModel.SecondsToScore([.. pool.Members.Take(WinnersScored).SelectMany(m => m.Models)], options));
    }

    /// <summary>Results enter the pool in the order of their trials, so that what it keeps does not depend on which ended first.</summary>
    private void Collect(FinishedTrial result)
    {
        hasModel |= result.OutOfFold is not null;
        results.Add(result.Event.Number, result);
        while (results.Remove(pooled + 1, out FinishedTrial? next))
        {
            pool.Add(next);
            patience.Observe(next.Event);
            pooled++;
        }
    }

    /// <summary>Shows the journal's plans and outcomes to the sequence; plans that have no outcome are to be run again.</summary>
    private Queue<TrialPlan> Replay(TrialSequence sequence, Journal? journal)
    {
        Queue<TrialPlan> unfinished = [];
        if (journal is null || journal.Plans() is not { Count: > 0 } plans) return unfinished;
        Func<int, IReadOnlyList<FoldModel>> models = journal.Models();
        HashSet<int> known = [];
        foreach ((TrialEvent outcome, float[]? outOfFold) in journal.Outcomes())
        {
            sequence.Record(outcome);
            known.Add(outcome.Number);
            FinishedTrial before = new(outcome, outOfFold, outOfFold is null ? [] : models(outcome.Number));
            options.Watcher?.Took(before);
            Collect(before);
            board.Observe(outcome);
        }
        foreach (TrialPlan plan in plans)
        {
            sequence.Replay(plan);
            if (!known.Contains(plan.Number)) unfinished.Enqueue(plan);
        }
        return unfinished;
    }

    /// <summary>
    /// A search is over when it is cancelled or out of time, or when near its end, or again and again, what is proposed takes longer than what
    /// is left. Before its first model exists, time alone does not end it.
    /// </summary>
    private bool IsOver(StudyClock clock, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return true;
        if (!hasModel || clock.SearchSecondsLeft is not { } left) return false;
        return left <= 0 || withoutTime >= MaxWithoutTime || (withoutTime >= StudyLimits.Window && left < clock.Budget!.Value.TotalSeconds * 0.05);
    }

    /// <summary>Ends running fits when the search's time is up, with a moment for those that stop by themselves at the same time.</summary>
    private ITimer? AlarmAt(StudyClock clock, CancellationTokenSource stop)
    {
        if (clock.Budget is not { } budget) return null;
        double grace = Math.Min(0.3, budget.TotalSeconds * 0.01);
        TimeSpan tick = TimeSpan.FromMilliseconds(100);
        // Looks again and again, for the end of the search moves as trials show how long winners take.
        return clock.Provider.CreateTimer(_ =>
        {
            if (hasModel && clock.SearchSecondsLeft < -grace) stop.Cancel();
        }, null, tick, tick);
    }

    /// <summary>The first to end; when the search is stopped, fits that do not listen are left behind after a moment.</summary>
    private static async Task<Task<FinishedTrial>> AnyAsync(IReadOnlyCollection<Task<FinishedTrial>> running, CancellationToken stop)
    {
        Task<Task<FinishedTrial>> any = Task.WhenAny(running);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = stop.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(any, stopped.Task).ConfigureAwait(false) == stopped.Task)
            await Task.WhenAny(any, Task.Delay(TimeSpan.FromMilliseconds(300), CancellationToken.None)).ConfigureAwait(false);
        // All may have ended in the meantime.
        return !any.IsCompleted && running.FirstOrDefault(r => !r.IsCompleted) is { } open ? open : await any.ConfigureAwait(false);
    }

    private StudyException NothingFound(StudyEnd end, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new StudyException(end == StudyEnd.Time
            ? "The time ended before any trial did. Give more time, fewer rows or fewer columns."
            : $"No trial succeeded: {lastProblem ?? "none was run"} Allow other trainers, or look at the data with `mlpipes profile`.");
    }

    private StudyResult Result(StudyData data, Finished finished, StudyClock clock, StudyEnd end)
    {
        MetricReport report = MetricReport.Of(data.ScoredTarget, finished.OutOfFold, data.ScoredWeights, finished.Decision?.Threshold ?? 0.5f);
        double score = data.Metric.Evaluate(data.ScoredTarget, finished.OutOfFold, data.ScoredWeights, finished.Decision?.Threshold ?? 0.5f);
        PipelineManifest manifest = new()
        {
            Created = clock.Provider.GetUtcNow(),
            Task = data.Target.Task,
            Trainer = finished.Name,
            Metrics = report.Values.Where(v => v.Value is { } value && double.IsFinite(value)).ToDictionary(v => v.Key, v => v.Value!.Value),
            Seed = options.Seed,
            Notes = data.Warnings,
            Configurations = [.. finished.Plans.Select(WarmStart.Of)],
        };
        return new StudyResult
        {
            Pipeline = new FittedPipeline(PipelineSchema.For(data.Table, data.Roles, data.Target) with { Decision = finished.Decision, LabelKeys = options.LabelKeys }, finished.Members, manifest),
            Best = finished.Name,
            Score = score,
            Metrics = manifest.Metrics,
            Metric = data.Metric,
            Task = data.Target.Task,
            Leaderboard = board,
            End = end,
            Elapsed = clock.Elapsed,
            Usage = usage.Sum(),
            Splits = data.SearchSplits,
            Warnings = [.. data.Warnings, .. warnings],
        };
    }

    /// <summary>What makes two studies the same, so that one may take up the other's journal. Time, trials, threads and memory may differ.</summary>
    private string Fingerprint(StudyData data) => string.Create(CultureInfo.InvariantCulture,
        $"{DataFingerprint.Of(data.Table)} {data.Target.Column} {data.Target.Task} {data.Metric.Key} seed={options.Seed} {options.Validation} splits={data.SearchSplits}/{data.Splits.Count} "
        + $"trainers={string.Join(',', options.Trainers.Select(t => t.Card.Key))} roles={string.Join(',', data.Table.Columns.Select(c => $"{c.Name}:{data.Roles.Of(c.Name)}"))}"
        + $"{(options.StartFrom.Count == 0 ? "" : $" start={string.Join(';', options.StartFrom.Select(c => $"{c.Trainer} {string.Join(',', c.Knobs.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key}={k.Value}"))} {string.Join(',', c.Featurizers)}"))}")}");
}
