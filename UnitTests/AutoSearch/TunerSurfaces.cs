using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

/// <summary>Functions to minimise over a trainer's search space, without any fit, and the search that a tuner makes of them.</summary>
internal static class TunerSurfaces
{
    private static readonly DataShape shape = new(MLTask.Regression, 1000, 10);

    /// <summary>Loss by knobs: each has one best place that is not the start.</summary>
    public static IReadOnlyDictionary<string, Func<KnobTrainer, double>> All { get; } = new Dictionary<string, Func<KnobTrainer, double>>
    {
        ["bowl"] = t => Square(Math.Log(t.Rate) - Math.Log(0.02)) + Square((t.Share - 0.85) * 5) + Square(Math.Log(t.Size / 120.0)) + (t.Mode == 'c' ? 0 : 1),
        ["valley"] = t => (10 * Square(Math.Log(t.Rate) + 1 + (2 * t.Share))) + Square((t.Share - 0.7) * 4) + (0.3 * Square(Math.Log(t.Size / 30.0))) + (t.Mode == 'a' ? 0.2 : 0),
        ["waves"] = t => Square((t.Share - 0.3) * 4) + Square(Math.Log(t.Rate / 0.3)) + (0.4 * (1 - Math.Cos(9 * t.Share))) + (0.2 * Math.Abs(Math.Log(t.Size / 60.0))),
        ["conditional"] = t => t.Mode == 'b' ? Square((t.Extra - 0.15) * 3) + Square(Math.Log(t.Rate / 0.05)) : 2 + Square(Math.Log(t.Rate / 0.05)),
    };

    /// <summary>The best loss that a search of <paramref name="trials"/> trials finds, four of them side by side.</summary>
    public static double Best(SearchStrategy strategy, Func<KnobTrainer, double> surface, int trials, int seed) => Losses(strategy, surface, trials, seed).Min();

    public static IReadOnlyList<double> Losses(SearchStrategy strategy, Func<KnobTrainer, double> surface, int trials, int seed)
    {
        Candidate candidate = new(TestTrainers.Entry<KnobTrainer>(), shape);
        SearchTuner tuner = new([candidate], [new PortfolioEntry(candidate.Key, candidate.StartPoint, [], "start")], seed, strategy);
        TrialSequence sequence = new(tuner, window: 4);
        Queue<TrialPlan> running = [];
        List<double> losses = [];
        while (losses.Count < trials)
        {
            while (sequence.IsReady && running.Count < 4 && sequence.Next() is { } plan) running.Enqueue(plan);
            if (!running.TryDequeue(out TrialPlan? ended)) break;
            double loss = surface((KnobTrainer)candidate.Space.From(ended.Knobs));
            losses.Add(loss);
            sequence.Record(new TrialEvent.Completed { Plan = ended, Loss = loss, Score = loss, FoldLosses = [loss], Seconds = 1 });
        }
        return losses;
    }

    private static double Square(double value) => value * value;
}

/// <summary>Every kind of knob, one of them with an effect in one mode only. Learns nothing.</summary>
internal sealed record KnobTrainer : ITrainer<KnobTrainer>
{
    public double Rate { get; init; } = 0.5;

    public double Share { get; init; } = 0.5;

    public int Size { get; init; } = 8;

    public char Mode { get; init; } = 'a';

    public double Extra { get; init; } = 0.5;

    public static TrainerCard Card { get; } = new("test-knobs", "Has knobs.", TestTrainers.AllTasks);

    public static Pipelines.SearchSpace<KnobTrainer> Space(DataShape data) => new Pipelines.SearchSpace<KnobTrainer>()
        .Log(nameof(Rate), 1e-3, 1, 0.5, (t, v) => t with { Rate = v })
        .Linear(nameof(Share), 0, 1, 0.5, (t, v) => t with { Share = v })
        .LogInteger(nameof(Size), 1, 256, 8, (t, v) => t with { Size = v })
        .Choice(nameof(Mode), ['a', 'b', 'c'], 'a', (t, v) => t with { Mode = v })
        .Linear(nameof(Extra), 0, 1, 0.5, (t, v) => t with { Extra = v }, when: t => t.Mode == 'b');

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context) => TestTrainers.Constant(data);
}
