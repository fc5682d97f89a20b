using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>An experiment over estimators of any kind: our tuners propose, a trial runner fits and scores, one trial at a time.</summary>
/// <remarks>
/// A trial that fails, or takes more memory or more than its share of the time, costs itself alone. ML.NET's trainers that listen end with
/// their trial; those that do not are left behind after a moment, and their result is never used.
/// </remarks>
internal sealed class SweepExperiment(ExperimentLimits limits, ITrialRunner runner, bool isMaximize, IReadOnlyDictionary<string, ParameterSpace> spaces, SearchStrategy tuner)
{
    // No trial may take more of the time once there is a model.
    private const double TrialShare = 0.35;
    // So many trials without one that succeeds, and none will.
    private const int MaxFailures = 50;
    private static readonly TimeSpan patience = TimeSpan.FromMilliseconds(300), look = TimeSpan.FromMilliseconds(250);

    private readonly Leaderboard board = new();
    private readonly DateTimeOffset started = limits.Clock.GetUtcNow();

    /// <summary>The best trial's result; null before the first completes.</summary>
    public TrialResult? Best { get; private set; }

    /// <summary>The result of the trial that was just completed.</summary>
    public TrialResult? Last { get; private set; }

    private TimeSpan Elapsed => limits.Clock.GetUtcNow() - started;

    /// <summary>Folds that each trial is scored on; with several, the winner is fitted once more at the end.</summary>
    public int Folds { get; init; } = 1;

    private TimeSpan? Left => limits.Time - Elapsed;

    /// <summary>Until trials have to stop: time is kept for fitting the winner again, but never more than its share.</summary>
    private TimeSpan? SearchLeft => Left - TimeSpan.FromSeconds(Math.Min(RefitSeconds, limits.Time?.TotalSeconds * TrialShare ?? 0));

    private double RefitSeconds => Folds < 2 || Best is null ? 0 : Best.DurationInMilliseconds / 1000 / Folds * 1.5;

    /// <summary>Whether the winner can be fitted once more within the budget.</summary>
    public bool HasTimeToRefit => Folds > 1 && (Left is not { } left || left.TotalSeconds > RefitSeconds);

    /// <summary>The best trial's pipeline on all rows; its model as it is where that takes too long.</summary>
    public async Task<ITransformer> RefitAsync(SweepRunner sweep, TrialResult best, CancellationToken cancel)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (Left is { } left) stop.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            return await Task.Factory.StartNew(() => sweep.Refit(best.TrialSettings.Parameter, stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return best.Model;
        }
    }

    /// <summary>Searches until time, trials or ideas are used up.</summary>
    public async Task<TrialResult> RunAsync(IProgress<TrialEvent> progress, CancellationToken cancel)
    {
        // The size of the data says nothing of options that are the user's own.
        DataShape shape = new(MLTask.Regression, 1000, 10);
        TrainerCard CardOf(string key) => new(key, "Candidate of an experiment.", MLTask.Regression);
        Candidate[] candidates = [.. spaces.Select(s => new Candidate(new TrainerEntry(CardOf(s.Key), typeof(ParameterSpace), () => s.Value.Start, _ => s.Value), shape))];
        ITuner asked = new SearchTuner(candidates, [.. candidates.Select(c => new PortfolioEntry(c.Key, c.StartPoint, [], "start"))], limits.Seed, tuner, coreSeconds: limits.Time?.TotalSeconds);
        string? problem = null;
        for (int trials = 0; trials < (limits.Trials ?? int.MaxValue) && !(SearchLeft <= TimeSpan.Zero) && !cancel.IsCancellationRequested; trials++)
        {
            if ((asked.Propose() ?? Elsewhere(candidates, trials + 1)) is not { } plan) break;
            TrialEvent begun = new TrialEvent.Started { Plan = plan, At = Elapsed };
            asked.Observe(begun);
            progress.Report(begun);
            TrialEvent outcome = await TryAsync(plan, cancel).ConfigureAwait(false);
            problem = outcome switch { TrialEvent.Failed failed => failed.Reason, TrialEvent.Skipped skipped => skipped.Reason, _ => problem };
            asked.Observe(outcome);
            bool isBest = board.Observe(outcome);
            if (isBest) Best = Last;
            progress.Report(outcome);
            if (isBest) progress.Report(new TrialEvent.NewBest { Plan = plan, At = outcome.At, Score = Best!.Metric });
        }
        if (Best is null) cancel.ThrowIfCancellationRequested();
        return Best ?? throw new StudyException($"No trial succeeded: {problem ?? "there was no time for one."} Give more time, or look at what the pipeline makes of the rows.");
    }

    /// <summary>A random point while nothing has succeeded: tuners give up a candidate whose start point fails. Null once something has, or after many tries.</summary>
    private TrialPlan? Elsewhere(Candidate[] candidates, int number)
    {
        if (Best is not null || number > MaxFailures) return null;
        int seed = TrialPlan.SeedOf(limits.Seed, number);
        Random random = new(seed);
        Candidate candidate = candidates[number % candidates.Length];
        double[] point = [.. candidate.Space.Knobs.Select(_ => random.NextDouble())];
        return new TrialPlan { Number = number, Trainer = candidate.Key, Point = point, Knobs = candidate.Space.Describe(point), Seed = seed, Origin = "random" };
    }

    private async Task<TrialEvent> TryAsync(TrialPlan plan, CancellationToken cancel)
    {
        long began = limits.Clock.GetTimestamp();
        TrialSettings settings = new() { TrialId = plan.Number - 1, StartedAtUtc = limits.Clock.GetUtcNow().UtcDateTime, Parameter = spaces[plan.Trainer].ParameterAt([.. plan.Point]) };
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        string? why = null;
        TimeSpan? most = Best is null ? Left : limits.Time * TrialShare < SearchLeft ? limits.Time * TrialShare : SearchLeft;
        using ITimer watch = limits.Clock.CreateTimer(_ => Watch(), null, look, look);
        Task<TrialResult> run = Begin(settings, stop.Token);
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration ending = stop.Token.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(run, stopped.Task).ConfigureAwait(false) == stopped.Task) await Task.WhenAny(run, Task.Delay(patience, CancellationToken.None)).ConfigureAwait(false);
        if (!run.IsCompleted || run.IsCanceled) return new TrialEvent.Skipped { Plan = plan, At = Elapsed, Reason = why ?? "the experiment was cancelled.", IsForTime = true };
        if (run.Exception is { } failure)
        {
            Exception error = failure.InnerException ?? failure;
            return stop.IsCancellationRequested
                ? new TrialEvent.Skipped { Plan = plan, At = Elapsed, Reason = why ?? "the experiment was cancelled.", IsForTime = why?.StartsWith("it took", StringComparison.Ordinal) == false }
                : new TrialEvent.Failed { Plan = plan, At = Elapsed, Reason = error is MLPipesException ? error.Message : $"{error.GetType().Name}: {error.Message}" };
        }
        TrialResult result = await run.ConfigureAwait(false);
        // A runner of the user's own may only fill in the metric.
        double loss = result.Loss == 0 && result.Metric != 0 ? (isMaximize ? -result.Metric : result.Metric) : result.Loss;
        if (!double.IsFinite(loss)) return new TrialEvent.Failed { Plan = plan, At = Elapsed, Reason = $"its loss is {loss}." };
        result.Loss = loss;
        result.TrialSettings = settings;
        settings.EndedAtUtc = limits.Clock.GetUtcNow().UtcDateTime;
        double seconds = limits.Clock.GetElapsedTime(began).TotalSeconds;
        if (result.DurationInMilliseconds == 0) result.DurationInMilliseconds = seconds * 1000;
        Last = result;
        return new TrialEvent.Completed { Plan = plan, At = Elapsed, Loss = loss, Score = result.Metric, FoldLosses = [loss], Seconds = seconds };

        void Watch()
        {
            if (most is { } allowed && limits.Clock.GetElapsedTime(began) > allowed) why ??= "no time was left.";
            else if (limits.MemoryBytes is { } cap && Environment.WorkingSet > cap) why ??= $"it took the process to more than {cap >> 20} MB.";
            else return;
            stop.Cancel();
        }
    }

    private async Task<TrialResult> Begin(TrialSettings settings, CancellationToken stop)
    {
        // Whatever the runner does before it first waits is not to hold up the caller.
        await Task.Yield();
        return await runner.RunAsync(settings, stop).ConfigureAwait(false);
    }
}
