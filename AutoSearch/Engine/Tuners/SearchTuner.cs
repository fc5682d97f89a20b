using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>
/// Start points first, cheap and different ones early, with variants of the adaptive trainers between them; then local search around
/// the best of each promising trainer, and now and then a random point.
/// </summary>
/// <remarks>
/// Everything random is drawn from the seed of the trial's own number, and every decision from the events observed, never from a clock:
/// the same events give the same proposals.
/// </remarks>
public sealed class SearchTuner : ITuner
{
    private const int MaxDraws = 20;

    private readonly Dictionary<string, Candidate> candidates;
    private readonly IReadOnlyList<PortfolioEntry> portfolio;
    private readonly int seed;
    private readonly HashSet<string> tried = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Record> records = new(StringComparer.Ordinal);
    private readonly Leaderboard board = new();
    private double? baselineFoldLoss;
    private TrialEvent.Completed? best;
    private int proposed;

    /// <summary>A tuner over <paramref name="candidates"/> that tries <paramref name="portfolio"/> first.</summary>
    public SearchTuner(IReadOnlyList<Candidate> candidates, IReadOnlyList<PortfolioEntry> portfolio, int seed)
    {
        this.candidates = candidates.ToDictionary(c => c.Key, StringComparer.Ordinal);
        this.portfolio = portfolio;
        this.seed = seed;
    }

    /// <inheritdoc/>
    public TrialPlan? Propose()
    {
        foreach (PortfolioEntry entry in portfolio)
            if (Plan(entry.Trainer, entry.Point, entry.Featurizers, entry.Origin) is { } plan && IsWorthwhile(plan)) return plan;
        Random random = new(TrialPlan.SeedOf(seed, proposed + 1));
        for (int draw = 0; draw < MaxDraws; draw++)
            if (Draw(random) is { } plan) return plan;
        return null;
    }

    /// <inheritdoc/>
    public void Observe(TrialEvent happened)
    {
        board.Observe(happened);
        Record record = RecordOf(happened.Plan.Trainer);
        switch (happened)
        {
            case TrialEvent.Started:
                tried.Add(happened.Plan.Key);
                proposed = Math.Max(proposed, happened.Number);
                record.Started++;
                break;
            case TrialEvent.Completed completed:
                if (candidates.TryGetValue(completed.Plan.Trainer, out Candidate? candidate) && candidate.Entry.Card.IsBaseline)
                    baselineFoldLoss = Math.Min(baselineFoldLoss ?? double.PositiveInfinity, completed.FoldLosses[0]);
                if (best is null || completed.Loss < best.Loss) best = completed;
                record.SinceBetter = record.Best is null || completed.Loss < record.Best.Loss ? 0 : record.SinceBetter + 1;
                if (record.SinceBetter == 0) record.Best = completed;
                break;
            case TrialEvent.Dropped:
                record.SinceBetter++;
                record.Setbacks++;
                break;
            case TrialEvent.Failed or TrialEvent.Skipped { IsForTime: false }:
                record.Setbacks++;
                break;
            case TrialEvent.Skipped:
                // Once is a large configuration; again and again, the trainer is too slow for what time there is.
                record.Late++;
                break;
        }
    }

    /// <summary>A trainer that only ever failed or was given up is not tried again and again.</summary>
    private bool IsWorthwhile(TrialPlan plan) => records.GetValueOrDefault(plan.Trainer) is not ({ Best: null, Setbacks: >= 2 } or { Best: null, Late: >= 3 });

    /// <summary>Far behind the best at its own best, a trainer is not worth tuning.</summary>
    private bool IsPromising(Record record)
    {
        if (record.Best is not { } own || best is null) return false;
        return baselineFoldLoss is not { } baseline || !double.IsFinite(baseline) || own.Loss <= best.Loss + (0.35 * Math.Max(0, baseline - best.Loss));
    }

    private TrialPlan? Draw(Random random)
    {
        Candidate[] ranked = [.. candidates.Values
            .Where(c => !c.Entry.Card.IsBaseline && c.Space.Knobs.Count > 0 && IsPromising(RecordOf(c.Key)))
            .OrderBy(c => RecordOf(c.Key).Best!.Loss).ThenBy(c => c.Key, StringComparer.Ordinal)];
        if (ranked.Length == 0) return null;
        // Geometric preference for the better trainers: half of all trials go to the first, a quarter to the second, and so on.
        int rank = 0;
        while (rank < ranked.Length - 1 && random.NextDouble() < 0.5) rank++;
        Candidate chosen = ranked[rank];
        bool isRandom = random.NextDouble() < 0.15;
        double[] point = isRandom ? RandomPoint(chosen, random) : Step(chosen, RecordOf(chosen.Key), random);
        TrialEvent.Completed from = RecordOf(chosen.Key).Best!;
        return Plan(chosen.Key, point, from.Plan.Featurizers, isRandom ? "random" : "local");
    }

    private static double[] RandomPoint(Candidate candidate, Random random)
    {
        double[] point = new double[candidate.Space.Knobs.Count];
        for (int i = 0; i < point.Length; i++) point[i] = random.NextDouble();
        return point;
    }

    /// <summary>A step from the trainer's best point; shorter the longer nothing better was found.</summary>
    private static double[] Step(Candidate candidate, Record record, Random random)
    {
        double[] point = [.. record.Best!.Plan.Point];
        double reach = Math.Max(0.04, 0.2 * Math.Pow(0.85, record.SinceBetter));
        int certain = random.Next(point.Length);
        for (int i = 0; i < point.Length; i++)
        {
            double chance = random.NextDouble(), normal = Normal(random), uniform = random.NextDouble();
            if (i != certain && chance > 0.5) continue;
            Knob knob = candidate.Space.Knobs[i];
            point[i] = knob.IsOrdered ? Reflect(point[i] + (Math.Max(reach, knob.Choices > 0 ? 1.0 / knob.Choices : 0) * normal)) : uniform;
        }
        return point;
    }

    private static double Reflect(double value)
    {
        value = Math.Abs(value) % 2;
        return value > 1 ? 2 - value : value;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

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

    private Record RecordOf(string trainer)
    {
        if (!records.TryGetValue(trainer, out Record? record)) records.Add(trainer, record = new Record());
        return record;
    }

    private sealed class Record
    {
        public TrialEvent.Completed? Best;
        public int Started;
        public int SinceBetter;
        public int Setbacks;
        public int Late;
    }
}
