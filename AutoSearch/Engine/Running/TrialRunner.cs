using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Turns plans into results. Knows neither tuner nor leaderboard, and is the one place where any failure is caught: it costs the trial alone.</summary>
internal sealed partial class TrialRunner(StudyData data, IReadOnlyList<Candidate> candidates, FeatureCache cache, CoreSlots slots, StudyClock clock, StudyLimits limits, IFitter fitter, IProgress<TrialProgress>? listener)
{
    private readonly Dictionary<string, Candidate> byKey = candidates.ToDictionary(c => c.Key, StringComparer.Ordinal);
    private readonly Pace pace = new();

    /// <summary>Seconds that fits take, as measured so far.</summary>
    public Pace Pace => pace;

    /// <summary>Runs one plan on every split of the search.</summary>
    public async Task<FinishedTrial> RunAsync(TrialPlan plan, CancellationToken cancel)
    {
        try
        {
            return await RunFoldsAsync(plan, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Skipped(plan, "stopped before its end: the search is over.", isForTime: true);
        }
        catch (TimeoutException)
        {
            return Skipped(plan, "its fit took longer than the time that was left.", isForTime: true);
        }
        catch (SkipTrialException skip)
        {
            return Skipped(plan, skip.Message, skip.IsForTime);
        }
#pragma warning disable CA1031 // Any failure of a trainer or featurizer, whatever its kind, costs its trial only.
        catch (Exception error)
#pragma warning restore CA1031
        {
            string reason = error is MLPipesException ? error.Message : $"{error.GetType().Name}: {error.Message}";
            return new FinishedTrial(new TrialEvent.Failed { Plan = plan, At = clock.Elapsed, Reason = reason }, null, []);
        }
    }

    /// <summary>Fits one plan on one split, ignoring its race; for strengthening winners after the search.</summary>
    public async Task<FoldModel?> StrengthenAsync(TrialPlan plan, int split, DateTimeOffset? deadline, CancellationToken cancel)
    {
        try
        {
            return (await FoldAsync(plan, split, deadline, cancel).ConfigureAwait(false)).Model;
        }
        catch (Exception error) when (error is TimeoutException or SkipTrialException or MLPipesException || (error is OperationCanceledException && cancel.IsCancellationRequested))
        {
            // A winner that can't be strengthened stands as it is.
            return null;
        }
    }

    /// <summary>Whether <see cref="RefitAsync"/> can do a plan.</summary>
    public bool CanRefit(TrialPlan plan) => byKey[plan.Trainer].CanRefit;

    /// <summary>
    /// Fits one plan on all rows, with as many rounds as its folds were best at and a tenth more for the rows that they lacked; null where it
    /// can't be done: the trainer stops early and can't be told when, or time or memory do not allow it.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folds">Its folds' models.</param>
    /// <param name="deadline">When a model that is not ready is of no use any more; null for no limit.</param>
    /// <param name="cancel">Ends the fit.</param>
    public async Task<FoldModel?> RefitAsync(TrialPlan plan, IReadOnlyList<FoldModel> folds, DateTimeOffset? deadline, CancellationToken cancel)
    {
        try
        {
            using CoreSlots.Place place = await EnterAsync(plan, data.Splits.Count, cancel).ConfigureAwait(false);
            return await OnItsOwnThread(() => Refit(plan, folds, deadline, cancel), cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or SkipTrialException or MLPipesException || (error is OperationCanceledException && cancel.IsCancellationRequested))
        {
            // The folds' models stand as they are.
            return null;
        }
    }

    /// <summary>Fits take seconds; on threads of the pool they would hold up the timers that are to end them.</summary>
    private static Task<T> OnItsOwnThread<T>(Func<T> work, CancellationToken cancel) =>
        Task.Factory.StartNew(work, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private FoldModel? Refit(TrialPlan plan, IReadOnlyList<FoldModel> folds, DateTimeOffset? deadline, CancellationToken cancel)
    {
        Candidate candidate = byKey[plan.Trainer];
        ITrainer trainer = candidate.At(plan.Knobs);
        if (candidate.Entry.Card.StopsEarly)
        {
            if (trainer is not IRoundTrainer staged) return null;
            trainer = staged.WithRounds(Math.Max(1, (int)Math.Round(folds.Average(f => staged.RoundsOf(f.Model)) * 1.1)));
        }
        (FittedFeatures features, TrainingSet all, _, _) = clock.Usage.Features(() => FeaturesOf(plan, candidate.Entry.Card, FoldModel.AllRows, cancel));
        Admit(plan, candidate.Entry.Card, trainer.Cost(all.Shape), deadline);
        FitContext context = new() { Seed = plan.Seed, Threads = limits.ThreadsOf(candidate.Entry.Card), Time = clock.Provider, Deadline = deadline, Cancel = cancel, Progress = ListenerOf(plan, candidate.Entry.Card) };
        IModel model = clock.Usage.Fit(() => fitter.Fit(candidate.Entry.Card, trainer, all, context));
        return context.IsOutOfTime ? null : new FoldModel(FoldModel.AllRows, features, model, folds.Average(f => f.SecondsPerRow));
    }

    private async Task<FinishedTrial> RunFoldsAsync(TrialPlan plan, CancellationToken cancel)
    {
        if (plan.Stack.Count > 0) return await RunStackedAsync(plan, cancel).ConfigureAwait(false);
        if (data.AllowsOutOfBag && byKey[plan.Trainer].At(plan.Knobs) is IOutOfBagTrainer { LeavesRowsOut: true } bagged)
            return await RunOutOfBagAsync(plan, bagged, cancel).ConfigureAwait(false);
        FoldResult[] folds = new FoldResult[data.SearchSplits];
        folds[0] = await FoldAsync(plan, 0, null, cancel).ConfigureAwait(false);
        if (plan.RaceLoss is { } race && folds.Length > 1 && folds[0].Loss > race)
            return new FinishedTrial(new TrialEvent.Dropped { Plan = plan, At = clock.Elapsed, FoldLoss = folds[0].Loss, Seconds = folds[0].Seconds }, null, []);
        if (folds.Length > 1)
        {
            double rest = folds[0].Seconds * Math.Ceiling((folds.Length - 1.0) / (byKey[plan.Trainer].Entry.Card.UsesAllCores ? 1 : slots.Count));
            if (!byKey[plan.Trainer].Entry.Card.IsBaseline && clock.SearchSecondsLeft is { } left && rest * (KeepsPartial(plan) ? 0.6 : 1) > left)
                throw new SkipTrialException($"its other folds would take about {rest:0.0} s, {Math.Max(0, left):0.0} s were left.", isForTime: true);
            await Task.WhenAll(Enumerable.Range(1, folds.Length - 1).Select(async i => folds[i] = await FoldAsync(plan, i, null, cancel).ConfigureAwait(false))).ConfigureAwait(false);
        }

        return Completed(plan, Gather(folds), [.. folds.Select(f => f.Loss)], folds.Sum(f => f.Seconds), folds.Any(f => f.IsPartial), [.. folds.Select(f => f.Model)]);
    }

    private FinishedTrial Completed(TrialPlan plan, float[] outOfFold, IReadOnlyList<double> foldLosses, double seconds, bool isPartial, IReadOnlyList<FoldModel> models)
    {
        if (outOfFold.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw new TrainingException(plan.Trainer, "its model predicts NaN or infinity.");
        double loss = data.Metric.Loss(data.ScoredTarget, outOfFold, data.ScoredWeights);
        TrialEvent.Completed completed = new()
        {
            Plan = plan,
            At = clock.Elapsed,
            Loss = loss,
            Score = data.Metric.ValueOf(loss),
            FoldLosses = foldLosses,
            Seconds = seconds,
            IsPartial = isPartial,
        };
        return new FinishedTrial(completed, outOfFold, models);
    }

    private bool KeepsPartial(TrialPlan plan) => byKey[plan.Trainer].Entry.Card.KeepsPartial;

    private async Task<FoldResult> FoldAsync(TrialPlan plan, int split, DateTimeOffset? deadline, CancellationToken cancel)
    {
        using CoreSlots.Place place = await EnterAsync(plan, split, cancel).ConfigureAwait(false);
        return await OnItsOwnThread(() => Fold(plan, split, deadline, cancel), cancel).ConfigureAwait(false);
    }

    // The others are over in seconds, and would tell of each of their rounds.
    private IProgress<FitProgress>? ListenerOf(TrialPlan plan, TrainerCard card) => card.UsesAllCores ? TrialProgress.Of(listener, plan.Number) : null;

    private Task<CoreSlots.Place> EnterAsync(TrialPlan plan, int fold, CancellationToken cancel) => byKey[plan.Trainer].Entry.Card.UsesAllCores
        ? slots.EnterAloneAsync(plan.Number, fold, cancel)
        : slots.EnterAsync(plan.Number, fold, cancel);

    private FoldResult Fold(TrialPlan plan, int split, DateTimeOffset? deadline, CancellationToken cancel)
    {
        Candidate candidate = byKey[plan.Trainer];
        TrainerCard card = candidate.Entry.Card;
        if (!card.IsBaseline && clock.SearchSecondsLeft is <= 0 && deadline is null) throw new SkipTrialException("no time was left.", isForTime: true);
        long began = clock.Provider.GetTimestamp();
        FoldFeatures fold = clock.Usage.Features(() => FeaturesOf(plan, card, split, cancel));
        TrainingSet test = fold.Test!;
        ITrainer trainer = candidate.At(plan.Knobs);
        CostHint cost = trainer.Cost(fold.Train.Shape);
        Admit(plan, card, cost, deadline);

        long fitted = clock.Provider.GetTimestamp();
        FitContext context = new()
        {
            Seed = plan.Seed,
            Threads = limits.ThreadsOf(card),
            Time = clock.Provider,
            // The baseline is there so that a model exists however short the time is.
            Deadline = card.IsBaseline ? null : deadline ?? clock.FitDeadline(card.KeepsPartial ? limits.ShareOf(card) : limits.ShareOf(card) / 2, limits.ScoringShareOf(card, cost)),
            Cancel = cancel,
            Validation = card.StopsEarly ? test : null,
            Progress = ListenerOf(plan, card),
        };
        IModel model = clock.Usage.Fit(() => fitter.Fit(card, trainer, fold.Train, context));
        if (model.Link is null && data.Target.Task != MLTask.Regression) throw new TrainingException(plan.Trainer, "its scores are bare margins, not probabilities.");
        bool isPartial = context.IsOutOfTime;
        if (!isPartial) pace.Observe(plan.Trainer, cost.Flops, clock.Provider.GetElapsedTime(fitted).TotalSeconds);

        long scoring = clock.Provider.GetTimestamp();
        float[] predictions = clock.Usage.Score(() => model.PredictAll(test.Features, limits.ThreadsOf(card), cancel));
        double perRow = clock.Provider.GetElapsedTime(scoring).TotalSeconds * limits.ThreadsOf(card) / Math.Max(1, test.Rows);
        double loss = clock.Usage.Score(() => data.Metric.Loss(test.Target, predictions, test.Weights));
        return new FoldResult(new FoldModel(split, fold.Features, model, perRow) { FeatureSecondsPerRow = fold.SecondsPerRow }, predictions, loss, clock.Provider.GetElapsedTime(began).TotalSeconds, isPartial);
    }

    /// <summary>Refuses what can't be done in the memory or the time that is left.</summary>
    private void Admit(TrialPlan plan, TrainerCard card, CostHint cost, DateTimeOffset? deadline)
    {
        long needed = limits.SharedBytes + (cost.PeakBytes * (card.UsesAllCores ? 1 : slots.Count));
        if (needed > limits.MemoryBytes)
            throw new SkipTrialException($"it may take {Megabytes(needed)} MB, the limit is {Megabytes(limits.MemoryBytes)} MB.", isForTime: false);
        double? left = deadline is { } end ? (end - clock.Provider.GetUtcNow()).TotalSeconds : clock.SearchSecondsLeft;
        if (card.IsBaseline || left is not { } seconds) return;
        if (pace.Estimate(plan.Trainer, cost.Flops) is not { } estimate)
        {
            // Never timed: it gets its chance, under its deadline, while there is time to learn something from it.
            if (seconds < clock.Budget!.Value.TotalSeconds * limits.ShareOf(card) / 4) throw new SkipTrialException("too little time was left for a first fit of its kind.", isForTime: true);
            return;
        }
        // One that keeps what it has may be cut short; half of its work is still worth having.
        if (estimate * (card.KeepsPartial ? 0.5 : 1.2) > seconds)
            throw new SkipTrialException($"a fit would take about {estimate:0.0} s, {Math.Max(0, seconds):0.0} s were left.", isForTime: true);
    }

    /// <summary>Averages the predictions of a row over the splits that judged it.</summary>
    private float[] Gather(FoldResult[] folds)
    {
        int outputs = data.Outputs;
        double[] sums = new double[(long)data.Target.Count * outputs];
        int[] counts = new int[data.Target.Count];
        for (int f = 0; f < folds.Length; f++)
        {
            int[] rows = data.Splits[f].Test;
            for (int i = 0; i < rows.Length; i++)
            {
                counts[rows[i]]++;
                for (int k = 0; k < outputs; k++) sums[((long)rows[i] * outputs) + k] += folds[f].Predictions[(i * outputs) + k];
            }
        }
        float[] mean = new float[data.ScoredRows.Length * outputs];
        for (int i = 0; i < data.ScoredRows.Length; i++)
            for (int k = 0; k < outputs; k++)
                mean[(i * outputs) + k] = (float)(sums[((long)data.ScoredRows[i] * outputs) + k] / counts[data.ScoredRows[i]]);
        return mean;
    }

    private FinishedTrial Skipped(TrialPlan plan, string reason, bool isForTime) =>
        new(new TrialEvent.Skipped { Plan = plan, At = clock.Elapsed, Reason = reason, IsForTime = isForTime }, null, []);

    private static long Megabytes(long bytes) => bytes >> 20;

    private sealed record FoldResult(FoldModel Model, float[] Predictions, double Loss, double Seconds, bool IsPartial);
}
