namespace MLPipes.AutoSearch;

/// <summary>What a study ends in.</summary>
/// <param name="Members">The models with their weights.</param>
/// <param name="OutOfFold">[scored rows × outputs]: the same average over predictions on rows that the models were not fitted on.</param>
/// <param name="Name">What it is, in words.</param>
/// <param name="Plans">The plans of the trials that it is made of, the weightiest first.</param>
internal sealed record Finished(IReadOnlyList<PipelineMember> Members, float[] OutOfFold, string Name, IReadOnlyList<TrialPlan> Plans);

/// <summary>Makes the result out of the completed trials: weights by greedy selection, winners fitted once more on all rows, or those of a hold-out on other parts of them.</summary>
internal sealed class Finisher(StudyData data, StudyOptions options, TrialRunner runner, StudyClock clock)
{
    private const int MaxCandidates = 16;
    private const int MaxTrials = 8;
    // Without a time budget nothing measured may decide; this many models stay fast enough anywhere.
    private const int MaxModels = 60;

    /// <summary>The result from what <paramref name="pool"/> holds.</summary>
    /// <param name="pool">The completed trials, best first.</param>
    /// <param name="isHurried">Whether to do without further fits.</param>
    /// <param name="cancel">Ends further fits; what is there is still returned.</param>
    public async Task<Finished> FinishAsync(TrialPool pool, bool isHurried, CancellationToken cancel)
    {
        // A constant predictor is no member of an ensemble unless it is all there is.
        TrialPool.Member[] usable = [.. pool.Members.Where(m => !IsBaseline(m)).Take(MaxCandidates)];
        if (usable.Length == 0) usable = [.. pool.Members.Take(1)];
        int[] counts = Select(usable);
        List<(TrialPool.Member Trial, int Count)> chosen = [.. usable.Select((m, i) => (m, counts[i])).Where(p => p.Item2 > 0).OrderByDescending(p => p.Item2).ThenBy(p => p.m.Outcome.Number)];

        Dictionary<int, List<FoldModel>> models = chosen.ToDictionary(c => c.Trial.Outcome.Number, c => AffordableModels(c.Trial, chosen.Count));
        bool mayFit = !isHurried && !cancel.IsCancellationRequested;
        if (mayFit && data.SearchSplits == 1 && data.Splits.Count > 1) await StrengthenAsync(chosen, models, cancel).ConfigureAwait(false);
        else if (mayFit && data.SearchSplits > 1) await RefitAsync(chosen, models, cancel).ConfigureAwait(false);

        List<PipelineMember> members = [];
        double total = chosen.Sum(c => c.Count);
        foreach ((TrialPool.Member trial, int count) in chosen)
        {
            List<FoldModel> own = models[trial.Outcome.Number];
            members.AddRange(own.Select(m => new PipelineMember(m.Features, m.Model, count / total * ShareOf(m, own))));
        }
        float[] outOfFold = GreedyEnsemble.Average([.. chosen.Select(c => c.Trial.OutOfFold)], [.. chosen.Select(c => c.Count)]);
        return new Finished(members, outOfFold, NameOf(chosen), [.. chosen.Select(c => c.Trial.Outcome.Plan)]);
    }

    /// <summary>A model's share of its trial: one that learned from all rows counts as much as those of the folds together.</summary>
    private static double ShareOf(FoldModel model, List<FoldModel> own)
    {
        int refits = own.Count(m => m.Split == FoldModel.AllRows), folds = own.Count - refits;
        if (refits == 0 || folds == 0) return 1.0 / own.Count;
        return model.Split == FoldModel.AllRows ? 0.5 / refits : 0.5 / folds;
    }

    private bool IsBaseline(TrialPool.Member member) => options.Trainers.Any(t => t.Card.IsBaseline && t.Card.Key == member.Outcome.Plan.Trainer);

    private int[] Select(TrialPool.Member[] usable)
    {
        if (options.Ensemble == EnsembleSize.Single || usable.Length == 1)
        {
            int[] single = new int[usable.Length];
            single[0] = 1;
            return single;
        }
        double[] costs = [.. usable.Select(m => m.Models.Min(f => f.SecondsPerRow))];
        double limit = SecondsPerRowLimit;
        bool Fits(IReadOnlyList<int> counts, int candidate)
        {
            if (counts[candidate] > 0) return true;
            int trials = 0;
            double seconds = costs[candidate];
            for (int i = 0; i < counts.Count; i++)
            {
                if (counts[i] == 0) continue;
                trials++;
                seconds += costs[i];
            }
            return trials == 0 || (trials < MaxTrials && seconds <= limit);
        }
        double patience = clock.SecondsLeft is { } left ? Math.Max(0.2, left * 0.4) : double.PositiveInfinity;
        long began = clock.Provider.GetTimestamp();
        return GreedyEnsemble.Choose([.. usable.Select(m => m.OutOfFold)], predictions => data.Metric.Loss(data.ScoredTarget, predictions, data.ScoredWeights),
            Fits, options.Threads, () => clock.Provider.GetElapsedTime(began).TotalSeconds > patience);
    }

    /// <summary>
    /// One core's seconds that scoring a row may take: a quarter as many rows as there are must be scored in 4 % of the budget, or in 1.5 s.
    /// Infinite without a time budget.
    /// </summary>
    private double SecondsPerRowLimit => clock.Budget is { } budget
        ? Math.Max(1.5, budget.TotalSeconds * 0.04) * options.Threads / Math.Max(500, data.Target.Count / 4.0)
        : double.PositiveInfinity;

    private List<FoldModel> AffordableModels(TrialPool.Member trial, int trials)
    {
        int most = Math.Max(1, MaxModels / trials);
        double limit = SecondsPerRowLimit / trials;
        List<FoldModel> kept = [];
        double seconds = 0;
        foreach (FoldModel model in trial.Models)
        {
            seconds += model.SecondsPerRow;
            if (kept.Count > 0 && (kept.Count >= most || seconds > limit)) break;
            kept.Add(model);
        }
        return kept;
    }

    /// <summary>
    /// After a search on one hold-out, the winners are fitted on other parts of the rows as well, the weightiest first, so that all rows
    /// are learned from and each is a small bag.
    /// </summary>
    private async Task StrengthenAsync(List<(TrialPool.Member Trial, int Count)> chosen, Dictionary<int, List<FoldModel>> models, CancellationToken cancel)
    {
        double limit = SecondsPerRowLimit;
        double used = models.Values.Sum(own => own.Sum(m => m.SecondsPerRow));
        int most = clock.End is null ? Math.Min(2, data.Splits.Count - 1) : data.Splits.Count - 1;
        for (int split = 1; split <= most; split++)
        {
            List<(TrialPool.Member Trial, Task<FoldModel?> Fit)> fits = [];
            foreach ((TrialPool.Member trial, _) in chosen)
            {
                double cost = trial.Models[0].SecondsPerRow;
                if (used + cost > limit || !HasTimeFor(trial, fits.Count)) continue;
                used += cost;
                fits.Add((trial, runner.StrengthenAsync(trial.Outcome.Plan, split, clock.End, cancel)));
            }
            if (fits.Count == 0) return;
            foreach ((TrialPool.Member trial, Task<FoldModel?> fit) in fits)
                if (await fit.ConfigureAwait(false) is { } model) models[trial.Outcome.Number].Add(model);
        }
    }

    /// <summary>After a search on folds, each winner is fitted once more on all rows, the weightiest first, as far as time allows.</summary>
    private async Task RefitAsync(List<(TrialPool.Member Trial, int Count)> chosen, Dictionary<int, List<FoldModel>> models, CancellationToken cancel)
    {
        double busy = 0;
        List<(TrialPool.Member Trial, Task<FoldModel?> Fit)> fits = [];
        foreach ((TrialPool.Member trial, _) in chosen)
        {
            // All rows are k / (k − 1) of a fold's; the rest is room for error.
            double seconds = trial.Outcome.Seconds / data.SearchSplits * 1.3;
            if (clock.SecondsLeft is { } left && (busy / options.Threads) + seconds > left) continue;
            busy += seconds;
            fits.Add((trial, runner.RefitAsync(trial.Outcome.Plan, trial.Models, clock.End, cancel)));
        }
        foreach ((TrialPool.Member trial, Task<FoldModel?> fit) in fits)
            if (await fit.ConfigureAwait(false) is { } model) models[trial.Outcome.Number].Add(model);
    }

    private bool HasTimeFor(TrialPool.Member trial, int before) =>
        clock.SecondsLeft is not { } left || left > trial.Outcome.Seconds * (1 + (before / options.Threads)) * (KeepsPartial(trial) ? 0.8 : 1.3);

    private bool KeepsPartial(TrialPool.Member member) => options.Trainers.Any(t => t.Card.KeepsPartial && t.Card.Key == member.Outcome.Plan.Trainer);

    private static string NameOf(List<(TrialPool.Member Trial, int Count)> chosen)
    {
        if (chosen.Count == 1) return chosen[0].Trial.Outcome.Plan.Trainer;
        IEnumerable<string> parts = chosen.GroupBy(c => c.Trial.Outcome.Plan.Trainer).OrderByDescending(g => g.Sum(c => c.Count)).Select(g => g.Count() == 1 ? g.Key : $"{g.Key} ×{g.Count()}");
        return $"ensemble of {string.Join(", ", parts)}";
    }
}
