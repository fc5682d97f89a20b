namespace MLPipes.AutoSearch;

/// <summary>Proposes second layers of stacks between the proposals of another tuner: after its ordered list has been tried, and again each time enough has been learned since.</summary>
/// <remarks>
/// The first layer is the best trials, at most two of one trainer; the second is the best configurations of trainers that can be fitted again on all rows.
/// On few rows a second layer learns the noise of the first, so that none is proposed (AutoGluon draws the same line).
/// </remarks>
public sealed class StackingTuner : ITuner
{
    /// <summary>Rows below which no stack is proposed.</summary>
    public const int MinRows = 750;

    private const int FirstAfter = 8;
    private const int AgainAfter = 30;
    private const int MaxBases = 6;
    private const int MaxOfOneTrainer = 2;
    private const int SecondLayers = 2;
    // A trial's own list of what is tried first; a proposal of another origin says that the list is at its end.
    private static readonly HashSet<string> listed = new(["start", "variant", "portfolio", "warm"], StringComparer.Ordinal);

    private readonly ITuner inner;
    private readonly Dictionary<string, Candidate> candidates;
    private readonly int seed;
    private readonly List<TrialEvent.Completed> completed = [];
    private readonly HashSet<string> proposed = new(StringComparer.Ordinal);
    private int number;
    private int stackedAt = FirstAfter - AgainAfter;
    private int layersLeft;

    /// <summary>A tuner around <paramref name="inner"/>.</summary>
    public StackingTuner(ITuner inner, IReadOnlyList<Candidate> candidates, int seed)
    {
        this.inner = inner;
        this.candidates = candidates.ToDictionary(c => c.Key, StringComparer.Ordinal);
        this.seed = seed;
    }

    /// <inheritdoc/>
    public TrialPlan? Propose()
    {
        TrialPlan? next = inner.Propose();
        if (next is not null && listed.Contains(next.Origin)) return next;
        bool isDue = layersLeft > 0 || completed.Count >= stackedAt + AgainAfter;
        return (isDue ? SecondLayer() : null) ?? next;
    }

    /// <inheritdoc/>
    public void Observe(TrialEvent happened)
    {
        inner.Observe(happened);
        switch (happened)
        {
            case TrialEvent.Started started:
                number = Math.Max(number, started.Number);
                if (started.Plan.Stack.Count == 0) break;
                proposed.Add(started.Plan.Key);
                layersLeft = layersLeft > 0 ? layersLeft - 1 : SecondLayers - 1;
                stackedAt = completed.Count;
                break;
            case TrialEvent.Completed { Plan.Stack.Count: 0 } done when candidates.TryGetValue(done.Plan.Trainer, out Candidate? candidate) && !candidate.Entry.Card.IsBaseline:
                completed.Add(done);
                break;
        }
    }

    private TrialPlan? SecondLayer()
    {
        TrialEvent.Completed[] best = [.. completed.OrderBy(c => c.Loss).ThenBy(c => c.Number)];
        int[] bases = [.. best.GroupBy(c => c.Plan.Trainer).SelectMany(g => g.Take(MaxOfOneTrainer)).OrderBy(c => c.Loss).ThenBy(c => c.Number).Take(MaxBases).Select(c => c.Number).Order()];
        if (bases.Length < 2) return null;
        foreach (TrialEvent.Completed from in best.Where(c => candidates[c.Plan.Trainer].CanRefit).DistinctBy(c => c.Plan.Trainer).Take(SecondLayers))
        {
            TrialPlan plan = from.Plan with { Number = number + 1, Stack = bases, Origin = "stack", Seed = TrialPlan.SeedOf(seed, number + 1), RaceLoss = null };
            if (!proposed.Contains(plan.Key)) return plan;
        }
        return null;
    }
}
