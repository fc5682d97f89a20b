namespace MLPipes.AutoSearch;

/// <summary>
/// A portfolio first, cheap and different configurations early; then search in the spaces of the promising trainers, trials going to where the next
/// improvement is expected to cost least.
/// </summary>
/// <remarks>
/// Everything random is drawn from the seed of the trial's own number, and every decision from the events observed, never from a clock:
/// the same events give the same proposals.
/// </remarks>
public sealed class SearchTuner : ITuner
{
    private const int MaxDraws = 20;

    // Behind the best by more of its gain over the baseline, a trainer at its own best is not worth tuning.
    private const double PromisingGap = 0.35;

    private const double DearShare = 0.1;

    private readonly Dictionary<string, Candidate> candidates;
    private readonly Dictionary<string, IPointSource[]> sources;
    private readonly IReadOnlyList<PortfolioEntry> portfolio;
    private readonly SearchStrategy strategy;
    private readonly double? coreSeconds;
    private readonly int seed;
    private readonly HashSet<string> tried = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TrainerRecord> records = new(StringComparer.Ordinal);
    private readonly Arbiter arbiter = new();
    private double? baselineFoldLoss;
    private TrialEvent.Completed? best;
    private int proposed;

    /// <summary>A tuner over <paramref name="candidates"/>.</summary>
    /// <param name="candidates">The trainers that serve the task.</param>
    /// <param name="portfolio">What is tried first; of it, strategies that go without a list take the baselines and warm starts alone.</param>
    /// <param name="seed">The study's seed.</param>
    /// <param name="strategy">How to search.</param>
    /// <param name="coreSeconds">
    /// The time budget, in seconds of all threads together: a trial then costs the seconds that it took. Null without one: each costs the same, so
    /// that proposals do not depend on the machine.
    /// </param>
    public SearchTuner(IReadOnlyList<Candidate> candidates, IReadOnlyList<PortfolioEntry> portfolio, int seed, SearchStrategy strategy = SearchStrategy.Auto, double? coreSeconds = null)
    {
        this.candidates = candidates.ToDictionary(c => c.Key, StringComparer.Ordinal);
        this.portfolio = UsesList(strategy) ? portfolio : [.. portfolio.Where(e => e.Origin == "warm" || this.candidates[e.Trainer].Entry.Card.IsBaseline)];
        this.seed = seed;
        this.strategy = strategy;
        this.coreSeconds = coreSeconds;
        sources = candidates.Where(c => !c.Entry.Card.IsBaseline && c.Space.Knobs.Count > 0).ToDictionary(c => c.Key, SourcesOf, StringComparer.Ordinal);
        foreach (Candidate candidate in candidates) records.Add(candidate.Key, new TrainerRecord());
    }

    /// <inheritdoc/>
    public TrialPlan? Propose()
    {
        // What would take a large share of the time waits until the others have been tried.
        foreach (bool isDear in (ReadOnlySpan<bool>)[false, true])
            foreach (PortfolioEntry entry in portfolio)
                if (!records[entry.Trainer].IsHopeless && (isDear || !IsDear(entry)) && Plan(entry.Trainer, entry.Point, entry.Featurizers, entry.Origin) is { } plan) return plan;
        Random random = new(TrialPlan.SeedOf(seed, proposed + 1));
        return UsesList(strategy) ? Search(random) : InTurns(random);
    }

    /// <inheritdoc/>
    public void Observe(TrialEvent happened)
    {
        if (happened is TrialEvent.NewBest) return;
        string trainer = happened.Plan.Trainer;
        if (happened is TrialEvent.Started)
        {
            tried.Add(happened.Plan.Key);
            proposed = Math.Max(proposed, happened.Number);
        }
        else if (records.TryGetValue(trainer, out TrainerRecord? record))
        {
            double cost = CostOf(happened), before = record.Best?.Loss ?? double.PositiveInfinity;
            record.Observe(happened, cost, FlopsOf(happened.Plan.Trainer, happened.Plan.Point));
            arbiter.Observe(happened, cost, isBetter: happened is TrialEvent.Completed c && c.Loss < before);
        }
        if (happened is TrialEvent.Completed completed)
        {
            if (candidates.TryGetValue(trainer, out Candidate? candidate) && candidate.Entry.Card.IsBaseline)
                baselineFoldLoss = Math.Min(baselineFoldLoss ?? double.PositiveInfinity, completed.FoldLosses[0]);
            if (best is null || completed.Loss < best.Loss) best = completed;
        }
        // An old journal's trainer may have had other knobs.
        if (!sources.TryGetValue(trainer, out IPointSource[]? own) || happened.Plan.Point.Count != candidates[trainer].Space.Knobs.Count) return;
        foreach (IPointSource source in own) source.Observe(happened);
    }

    private bool IsDear(PortfolioEntry entry) => coreSeconds is { } seconds && records[entry.Trainer].CostOf(FlopsOf(entry.Trainer, entry.Point)) > seconds * DearShare;

    private double FlopsOf(string trainer, IReadOnlyList<double> point) =>
        candidates.TryGetValue(trainer, out Candidate? candidate) && candidate.Space.Knobs.Count == point.Count ? candidate.CostAt(point).Flops : 0;

    private static bool UsesList(SearchStrategy strategy) => strategy is not (SearchStrategy.Random or SearchStrategy.Grid);

    private IPointSource[] SourcesOf(Candidate candidate) => strategy switch
    {
        SearchStrategy.Random => [new RandomSource(candidate.Space)],
        SearchStrategy.Grid => [new GridSource(candidate.Space)],
        SearchStrategy.CostFrugal => [Frugal(candidate)],
        SearchStrategy.ModelBased => [new ModelBasedSource(candidate.Space)],
        _ => [Frugal(candidate), new ModelBasedSource(candidate.Space)],
    };

    private CostFrugalSource Frugal(Candidate candidate) => new(candidate.Space, candidate.Key.Aggregate(seed, (hash, letter) => TrialPlan.SeedOf(hash, letter)));

    private double CostOf(TrialEvent outcome) => coreSeconds is null ? 1 : outcome switch
    {
        TrialEvent.Completed completed => completed.Seconds,
        TrialEvent.Dropped dropped => dropped.Seconds,
        _ => 0,
    };

    /// <summary>A trainer and a way to search it by the arbiter, drawn anew where the point had been tried.</summary>
    private TrialPlan? Search(Random random)
    {
        (string Trainer, IPointSource Source, double Behind)[] arms = [.. sources.OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => (s.Key, s.Value, Behind: BehindOf(records[s.Key]))).Where(s => s.Behind <= PromisingGap).SelectMany(s => s.Value.Select(v => (s.Key, v, s.Behind)))];
        if (arms.Length == 0) return null;
        (string, string, double, double)[] choices = [.. arms.Select(a => (a.Trainer, a.Source.Origin, a.Behind, records[a.Trainer].UsualCost))];
        for (int draw = 0; draw < MaxDraws; draw++)
        {
            (string trainer, IPointSource source, _) = arms[arbiter.Choose(choices, random)];
            if (source.Propose(random, draw) is { } point && Plan(trainer, point, records[trainer].Best!.Plan.Featurizers, source.Origin) is { } plan) return plan;
        }
        return null;
    }

    /// <summary>The next trainer in turn that has a point left.</summary>
    private TrialPlan? InTurns(Random random)
    {
        Candidate[] turns = [.. candidates.Values.Where(c => !c.Entry.Card.IsBaseline && !records[c.Key].IsHopeless)
            .OrderBy(c => c.Cost.Flops).ThenBy(c => c.Key, StringComparer.Ordinal)];
        for (int i = 0; i < turns.Length; i++)
        {
            Candidate candidate = turns[(proposed + i) % turns.Length];
            if (!sources.TryGetValue(candidate.Key, out IPointSource[]? own))
            {
                if (Plan(candidate.Key, candidate.StartPoint, [], "start") is { } only) return only;
                continue;
            }
            for (int draw = 0; draw < MaxDraws; draw++)
                if (own[0].Propose(random, draw) is { } point && Plan(candidate.Key, point, [], own[0].Origin) is { } plan) return plan;
        }
        return null;
    }

    /// <summary>How far a trainer's best is behind the best of all, as a share of what that gained over the baseline; infinite before it completed a trial.</summary>
    private double BehindOf(TrainerRecord record)
    {
        if (record.Best is not { } own || best is null) return double.PositiveInfinity;
        if (baselineFoldLoss is not { } baseline || !double.IsFinite(baseline)) return 0;
        double gap = own.Loss - best.Loss, gained = baseline - best.Loss;
        return gap <= 0 ? 0 : gained > 0 ? gap / gained : double.PositiveInfinity;
    }

    private TrialPlan? Plan(string trainer, IReadOnlyList<double> point, IReadOnlyList<string> featurizers, string origin)
    {
        TrialPlan plan = new()
        {
            Number = proposed + 1,
            Trainer = trainer,
            Point = point,
            Knobs = candidates[trainer].Space.Describe([.. point]),
            Featurizers = featurizers,
            Seed = TrialPlan.SeedOf(seed, proposed + 1),
            Origin = origin,
            RaceLoss = RaceLossOf(origin),
        };
        return tried.Contains(plan.Key) ? null : plan;
    }

    /// <summary>
    /// A start point must reach half of what the best gained over the constant baseline: weaker models still add to an ensemble.
    /// What was listed for being different must come nearer, later trials nearer still.
    /// </summary>
    private double? RaceLossOf(string origin)
    {
        if (baselineFoldLoss is not { } baseline || best is null || best.FoldLosses.Count < 2 || baseline <= best.FoldLosses[0]) return null;
        double share = origin switch { "start" => 0.5, "portfolio" => 0.25, _ => 0.15 };
        return best.FoldLosses[0] + (share * (baseline - best.FoldLosses[0]));
    }
}
