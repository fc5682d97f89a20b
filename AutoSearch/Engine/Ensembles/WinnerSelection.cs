namespace MLPipes.AutoSearch;

/// <summary>A completed trial that is part of the result.</summary>
/// <param name="Trial">The trial with its models.</param>
/// <param name="Count">How often it was chosen: its weight.</param>
internal sealed record Winner(TrialPool.Member Trial, int Count);

/// <summary>Chooses which trials the result averages, and with what weights.</summary>
internal sealed class WinnerSelection(StudyData data, StudyOptions options, StudyClock clock)
{
    private const int MaxCandidates = 20;
    private const int MaxTrials = 8;
    private const int SmallRows = 2_000;
    private const int SureTrainers = 4;
    private const double SureGap = 0.25;
    private const int MediumRows = 8_000;

    /// <summary>
    /// One core's seconds that scoring a row may take: what the user allows; else a quarter as many rows as there are must be scored in 4 % of
    /// the budget, or in 1.5 s. Infinite without a time budget.
    /// </summary>
    public double SecondsPerRowLimit => Math.Min(options.MaxLatency?.TotalSeconds ?? double.PositiveInfinity, clock.Budget is { } budget
        ? Math.Max(1.5, budget.TotalSeconds * 0.04) * options.Threads / Math.Max(500, data.Target.Count / 4.0)
        : double.PositiveInfinity);

    /// <summary>The winners, the weightiest first.</summary>
    /// <param name="pool">The completed trials, best first.</param>
    public List<Winner> Choose(TrialPool pool)
    {
        // A constant predictor is no member of an ensemble unless it is all there is.
        int ofOneTrainer = data.ScoredTarget.Count switch { <= SmallRows => 2, <= MediumRows => 4, _ => MaxCandidates };
        TrialPool.Member[] usable = [.. pool.Members.Where(m => !IsBaseline(m)).GroupBy(m => m.Outcome.Plan.Trainer).SelectMany(g => g.Take(ofOneTrainer))
            .OrderBy(m => m.Outcome.Loss).ThenBy(m => m.Outcome.Number).Take(MaxCandidates)];
        if (usable.Length == 0) usable = [.. pool.Members.Take(1)];
        if (options.MaxLatency is { } latency)
        {
            // Where nothing is quick enough, the quickest comes nearest to what was asked for.
            TrialPool.Member[] quick = [.. usable.Where(m => SecondsPerRow(m) <= latency.TotalSeconds)];
            usable = quick.Length > 0 ? quick : [.. usable.OrderBy(SecondsPerRow).Take(1)];
        }
        if (options.RowsToScore > 0 && clock.SecondsLeftToScore is { } left)
        {
            // What can't score the caller's rows in the time that is left would break the promise of the budget.
            TrialPool.Member[] scored = [.. usable.Where(m => FoldModel.SecondsToScore([m.Models[0]], options) <= left)];
            if (scored.Length > 0) usable = scored;
        }
        if (options.Ensemble == EnsembleSize.Single || usable.Length == 1) return [new Winner(usable[0], 1)];
        int[] counts = Count(usable);
        return [.. usable.Select((m, i) => new Winner(m, counts[i])).Where(w => w.Count > 0)
            .OrderByDescending(w => w.Count).ThenBy(w => w.Trial.Outcome.Number).Take(MostTrials)];
    }

    /// <summary>
    /// One core's seconds of scoring a row that count against <see cref="SecondsPerRowLimit"/>: none for a trainer that takes all cores, unless the
    /// user set a limit. It was allowed although it is dear; a limit that it exceeds alone would only keep the others out.
    /// </summary>
    public double CostOf(string trainer, double secondsPerRow) =>
        options.MaxLatency is null && options.UsesAllCores(trainer) ? 0 : secondsPerRow;

    private int MostTrials => Math.Min(MaxTrials, options.MaxModels ?? MaxTrials);

    private static double SecondsPerRow(TrialPool.Member member) => member.Models.Min(f => f.SecondsPerRow);

    private bool IsBaseline(TrialPool.Member member) => options.Trainers.Any(t => t.Card.IsBaseline && t.Card.Key == member.Outcome.Plan.Trainer);

    /// <remarks>
    /// On few rows one greedy selection fits their noise: there it is done over several bootstrap samples of the rows, and the counts are
    /// added (Caruana et al. 2004, section 2.3, draw the candidates instead), few trials of one trainer stand for choice, and the best of the
    /// best trainers have a place in any case (their section 2.2 begins with the best models).
    /// </remarks>
    private int[] Count(TrialPool.Member[] usable)
    {
        int bags = data.ScoredTarget.Count switch { <= SmallRows => 8, <= MediumRows => 3, _ => 1 };
        double patience = clock.SecondsLeft is { } left ? Math.Max(0.2, left * 0.4) : double.PositiveInfinity;
        long began = clock.Provider.GetTimestamp();
        bool IsOver() => clock.Provider.GetElapsedTime(began).TotalSeconds > patience;
        IReadOnlyList<float[]> candidates = [.. usable.Select(m => m.OutOfFold)];
        double[] costs = [.. usable.Select(m => CostOf(m.Outcome.Plan.Trainer, SecondsPerRow(m)))];
        int[] counts = new int[usable.Length];
        for (int bag = 0; bag < bags && (bag == 0 || !IsOver()); bag++)
        {
            float[] weights = bags == 1 ? data.ScoredWeights : Bootstrap(bag);
            int[] chosen = GreedyEnsemble.Choose(candidates, predictions => data.Metric.Loss(data.ScoredTarget, predictions, weights),
                (soFar, candidate) => Fits(soFar, candidate, costs), options.Threads, IsOver);
            for (int i = 0; i < counts.Length; i++) counts[i] += chosen[i];
        }
        if (data.ScoredTarget.Count <= SmallRows)
            foreach (int i in DifferentAndGood(usable)) counts[i] += bags;
        return counts;
    }

    /// <summary>The best of each of the best few trainers, near enough to the best of all.</summary>
    private static IEnumerable<int> DifferentAndGood(TrialPool.Member[] usable)
    {
        HashSet<string> seen = [];
        return Enumerable.Range(0, usable.Length).Where(i => seen.Add(usable[i].Outcome.Plan.Trainer)).Take(SureTrainers)
            .Where(i => usable[i].Outcome.Loss <= usable[0].Outcome.Loss + (SureGap * Math.Abs(usable[0].Outcome.Loss)));
    }

    /// <summary>Weights that draw as many rows as there are, with replacement.</summary>
    private float[] Bootstrap(int bag)
    {
        Random random = new(TrialPlan.SeedOf(options.Seed, -1 - bag));
        float[] weights = new float[data.ScoredTarget.Count];
        for (int i = 0; i < weights.Length; i++) weights[random.Next(weights.Length)]++;
        if (data.ScoredWeights.Length > 0)
            for (int i = 0; i < weights.Length; i++) weights[i] *= data.ScoredWeights[i];
        return weights;
    }

    private bool Fits(IReadOnlyList<int> counts, int candidate, double[] costs)
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
        return trials == 0 || (trials < MostTrials && seconds <= SecondsPerRowLimit);
    }
}
