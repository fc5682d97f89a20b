using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>What a study ends in.</summary>
/// <param name="Members">The models with their weights.</param>
/// <param name="OutOfFold">[scored rows × outputs]: the same average, calibrated, over predictions on rows that the models were not fitted on.</param>
/// <param name="Decision">The calibration and threshold; null for none.</param>
/// <param name="Name">What it is, in words.</param>
/// <param name="Plans">The plans of the trials that it is made of, the weightiest first.</param>
internal sealed record Finished(IReadOnlyList<PipelineMember> Members, float[] OutOfFold, Decision? Decision, string Name, IReadOnlyList<TrialPlan> Plans);

/// <summary>Makes the result out of the completed trials: weights by greedy selection, winners fitted once more on all rows, or those of a hold-out on other parts of them.</summary>
internal sealed class Finisher(StudyData data, StudyOptions options, TrialRunner runner, StudyClock clock)
{
    // Without a time budget nothing measured may decide; this many models stay fast enough anywhere.
    private const int MaxModels = 60;
    private const int MaxRefits = 3;
    // All rows are k / (k − 1) of a fold's; the rest is room for error.
    private const double RefitFactor = 1.3;

    private readonly WinnerSelection selection = new(data, options, clock);

    /// <summary>Seconds that a winner's refit on all rows will take, from those of its trial on all splits.</summary>
    public static double RefitSeconds(double trialSeconds, int splits) => trialSeconds / splits * RefitFactor;

    /// <summary>The result from what <paramref name="pool"/> holds.</summary>
    /// <param name="pool">The completed trials, best first.</param>
    /// <param name="isHurried">Whether to do without further fits.</param>
    /// <param name="cancel">Ends further fits; what is there is still returned.</param>
    public async Task<Finished> FinishAsync(TrialPool pool, bool isHurried, CancellationToken cancel)
    {
        List<Winner> winners = selection.Choose(pool);
        Dictionary<int, List<FoldModel>> models = winners.ToDictionary(w => w.Trial.Outcome.Number, w => AffordableModels(w.Trial, winners.Count));
        bool mayFit = !isHurried && !cancel.IsCancellationRequested;
        if (mayFit && data.SearchSplits == 1 && data.Splits.Count > 1) await StrengthenAsync(winners, models, cancel).ConfigureAwait(false);
        else if (mayFit && data.SearchSplits > 1) await RefitAsync(winners, models, cancel).ConfigureAwait(false);

        Trim(winners, models);

        List<PipelineMember> members = [];
        double total = winners.Sum(w => w.Count);
        foreach ((TrialPool.Member trial, int count) in winners)
        {
            List<FoldModel> own = models[trial.Outcome.Number];
            members.AddRange(own.Select(m => new PipelineMember(m.Features, m.Model, count / total * ShareOf(m, own))));
        }
        float[] outOfFold = GreedyEnsemble.Average([.. winners.Select(w => w.Trial.OutOfFold)], [.. winners.Select(w => w.Count)]);
        Decision? decision = Calibrator.Choose(data.Metric, data.ScoredTarget, outOfFold, data.ScoredWeights);
        decision?.Calibrate(outOfFold, data.Outputs);
        return new Finished(members, outOfFold, decision, NameOf(winners), [.. winners.Select(w => w.Trial.Outcome.Plan)]);
    }

    /// <summary>A model's share of its trial: one that learned from all rows counts as much as those of the folds together, and so does each further one.</summary>
    private static double ShareOf(FoldModel model, List<FoldModel> own)
    {
        int refits = own.Count(m => m.Split == FoldModel.AllRows), folds = own.Count - refits;
        if (refits == 0 || folds == 0) return 1.0 / own.Count;
        return model.Split == FoldModel.AllRows ? 1.0 / (refits + 1) : 1.0 / (refits + 1) / folds;
    }

    /// <summary>Lets models go until the user's limits hold: of the winner with most, the lightest of these, those of folds before those of all rows, and never its last.</summary>
    private void Trim(List<Winner> winners, Dictionary<int, List<FoldModel>> models)
    {
        double limit = options.MaxLatency?.TotalSeconds ?? double.PositiveInfinity;
        int most = options.MaxModels ?? int.MaxValue;
        bool IsOver() => models.Values.Sum(own => own.Count) > most || models.Values.Sum(own => own.Sum(m => m.SecondsPerRow)) > limit;
        while (IsOver())
        {
            List<FoldModel>? own = Enumerable.Reverse(winners).Select(w => models[w.Trial.Outcome.Number]).Where(o => o.Count > 1).MaxBy(o => o.Count);
            if (own is null) return;
            int last = own.FindLastIndex(m => m.Split != FoldModel.AllRows);
            own.RemoveAt(last < 0 ? own.Count - 1 : last);
        }
    }

    private List<FoldModel> AffordableModels(TrialPool.Member trial, int trials)
    {
        int most = Math.Max(1, Math.Min(MaxModels, options.MaxModels ?? MaxModels) / trials);
        double limit = selection.SecondsPerRowLimit / trials;
        List<FoldModel> kept = [];
        double seconds = 0;
        foreach (FoldModel model in trial.Models)
        {
            seconds += CostOf(trial, model);
            if (kept.Count > 0 && (kept.Count >= most || seconds > limit)) break;
            kept.Add(model);
        }
        return kept;
    }

    /// <summary>
    /// After a search on one hold-out, the winners are fitted on other parts of the rows as well, the weightiest first, so that all rows
    /// are learned from and each is a small bag.
    /// </summary>
    private async Task StrengthenAsync(List<Winner> winners, Dictionary<int, List<FoldModel>> models, CancellationToken cancel)
    {
        double limit = selection.SecondsPerRowLimit;
        double used = winners.Sum(w => models[w.Trial.Outcome.Number].Sum(m => CostOf(w.Trial, m)));
        int most = clock.End is null ? Math.Min(2, data.Splits.Count - 1) : data.Splits.Count - 1;
        for (int split = 1; split <= most; split++)
        {
            List<(Winner Winner, Task<FoldModel?> Fit)> fits = [];
            foreach (Winner winner in winners)
            {
                double cost = CostOf(winner.Trial, winner.Trial.Models[0]);
                if (used + cost > limit || (split > StudyClock.MostDearRefits && IsDear(winner.Trial))) continue;
                // What is fitted is to be scored with as well.
                clock.KeepForScoring(FoldModel.SecondsToScore([.. models.Values.SelectMany(own => own), .. fits.Select(f => f.Winner.Trial.Models[0]), winner.Trial.Models[0]], options));
                if (!HasTimeFor(winner.Trial, fits.Count)) continue;
                used += cost;
                TrialPlan plan = winner.Trial.Outcome.Plan;
                // One that is fitted again once or twice at most shall see all rows first.
                fits.Add((winner, split == 1 && IsDear(winner.Trial) && runner.CanRefit(plan) ? runner.RefitAsync(plan, winner.Trial.Models, clock.End, cancel) : runner.StrengthenAsync(plan, split, clock.End, cancel)));
            }
            if (fits.Count == 0) return;
            await CollectAsync(fits, models).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// After a search on folds, each winner is fitted once more on all rows, the weightiest first, as far as time allows. Time that is left then
    /// goes into further fits of those that chance has a part in, with other seeds.
    /// </summary>
    private async Task RefitAsync(List<Winner> winners, Dictionary<int, List<FoldModel>> models, CancellationToken cancel)
    {
        double limit = selection.SecondsPerRowLimit;
        int rounds = clock.End is null ? 1 : MaxRefits;
        for (int round = 0; round < rounds; round++)
        {
            double busy = 0, used = winners.Sum(w => models[w.Trial.Outcome.Number].Sum(m => CostOf(w.Trial, m)));
            List<(Winner Winner, Task<FoldModel?> Fit)> fits = [];
            foreach (Winner winner in winners)
            {
                TrialPool.Member trial = winner.Trial;
                if (trial.Models.All(m => m.Split == FoldModel.AllRows)) continue;
                double seconds = RefitSeconds(trial.Outcome.Seconds, data.SearchSplits), cost = CostOf(trial, trial.Models[0]);
                if (clock.SecondsLeft is { } left && (busy / options.Threads) + seconds > left) continue;
                if (round > 0 && (!HasChance(trial) || used + cost > limit || models.Values.Sum(own => own.Count) + fits.Count >= MaxModels)) continue;
                busy += seconds;
                used += cost;
                TrialPlan plan = round == 0 ? trial.Outcome.Plan : trial.Outcome.Plan with { Seed = TrialPlan.SeedOf(trial.Outcome.Plan.Seed, round) };
                fits.Add((winner, runner.RefitAsync(plan, trial.Models, clock.End, cancel)));
            }
            if (fits.Count == 0) return;
            await CollectAsync(fits, models).ConfigureAwait(false);
        }
    }

    private double CostOf(TrialPool.Member trial, FoldModel model) => selection.CostOf(trial.Outcome.Plan.Trainer, model.SecondsPerRow);

    private static async Task CollectAsync(List<(Winner Winner, Task<FoldModel?> Fit)> fits, Dictionary<int, List<FoldModel>> models)
    {
        foreach ((Winner winner, Task<FoldModel?> fit) in fits)
            if (await fit.ConfigureAwait(false) is { } model) models[winner.Trial.Outcome.Number].Add(model);
    }

    private bool HasTimeFor(TrialPool.Member trial, int before) =>
        clock.SecondsLeft is not { } left || left > trial.Outcome.Seconds * (1 + (before / options.Threads)) * (IsDear(trial) ? StudyClock.ShortestShare : CardOf(trial) is { KeepsPartial: true } ? 0.8 : 1.3);

    private bool IsDear(TrialPool.Member trial) => options.UsesAllCores(trial.Outcome.Plan.Trainer);

    /// <summary>Trainers that grow step by step draw rows or features, or start values, anew with each seed.</summary>
    private bool HasChance(TrialPool.Member trial) => CardOf(trial) is { StopsEarly: true, KeepsPartial: true };

    private TrainerCard? CardOf(TrialPool.Member trial) => options.Trainers.FirstOrDefault(t => t.Card.Key == trial.Outcome.Plan.Trainer)?.Card;

    private static string NameOf(TrialPlan plan) => plan.Stack.Count > 0 ? $"stacked {plan.Trainer}" : plan.Trainer;

    private static string NameOf(List<Winner> winners)
    {
        if (winners.Count == 1) return NameOf(winners[0].Trial.Outcome.Plan);
        IEnumerable<string> parts = winners.GroupBy(w => NameOf(w.Trial.Outcome.Plan)).OrderByDescending(g => g.Sum(w => w.Count)).Select(g => g.Count() == 1 ? g.Key : $"{g.Key} ×{g.Count()}");
        return $"ensemble of {string.Join(", ", parts)}";
    }
}
