using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

[TestClass]
public sealed class TunerComparisonTests
{
    private const int Trials = 60;
    private const int Seeds = 11;

    public static IEnumerable<object[]> Cases =>
        from surface in TunerSurfaces.All.Keys
        from strategy in new[] { SearchStrategy.CostFrugal, SearchStrategy.ModelBased, SearchStrategy.Auto }
        select new object[] { surface, strategy };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Search_beats_random_points_in_the_median(string surface, SearchStrategy strategy)
    {
        double random = Median(SearchStrategy.Random, surface), found = Median(strategy, surface);

        Assert.IsLessThan(random, found, $"{strategy} on {surface}");
    }

    [TestMethod]
    public void Every_grid_point_is_another_and_the_first_ones_are_the_coarsest()
    {
        Candidate candidate = new(TestTrainers.Entry<KnobTrainer>(), new DataShape(MLTask.Regression, 1000, 10));
        SearchTuner tuner = new([candidate], [], seed: 1, SearchStrategy.Grid);
        List<TrialPlan> plans = [];
        while (plans.Count < 40 && tuner.Propose() is { } plan)
        {
            plans.Add(plan);
            tuner.Observe(new TrialEvent.Started { Plan = plan });
        }

        Assert.AreEqual(40, plans.Select(p => p.Key).Distinct().Count());
        Assert.IsTrue(plans.Take(20).All(p => p.Point.Take(3).All(v => v is 0.25 or 0.75)));
    }

    [TestMethod]
    public void A_grid_of_choices_alone_ends()
    {
        Candidate candidate = new(TestTrainers.Entry<ChoiceTrainer>(), new DataShape(MLTask.Regression, 1000, 10));
        SearchTuner tuner = new([candidate], [], seed: 1, SearchStrategy.Grid);
        List<string> tried = [];
        while (tried.Count < 100 && tuner.Propose() is { } plan)
        {
            tried.Add(plan.Knobs["Mode"]);
            tuner.Observe(new TrialEvent.Started { Plan = plan });
        }

        CollectionAssert.AreEquivalent(new[] { "a", "b" }, tried);
    }

    [TestMethod]
    [DataRow(SearchStrategy.Auto)]
    [DataRow(SearchStrategy.Random)]
    [DataRow(SearchStrategy.Grid)]
    [DataRow(SearchStrategy.CostFrugal)]
    [DataRow(SearchStrategy.ModelBased)]
    public void Each_strategy_repeats_itself_and_proposing_changes_nothing(SearchStrategy strategy)
    {
        IReadOnlyList<double> one = TunerSurfaces.Losses(strategy, TunerSurfaces.All["waves"], 40, seed: 5), two = TunerSurfaces.Losses(strategy, TunerSurfaces.All["waves"], 40, seed: 5);

        CollectionAssert.AreEqual(one.ToArray(), two.ToArray());
    }

    [TestMethod]
    public void Trials_go_to_the_trainer_that_gains()
    {
        DataShape shape = new(MLTask.Regression, 1000, 10);
        Candidate[] candidates = [new(TestTrainers.Entry<ConstantTrainer>(), shape), new(TestTrainers.Entry<DescentTrainer>(), shape), new(TestTrainers.Entry<KnobTrainer>(), shape)];
        SearchTuner tuner = new(candidates, [.. candidates.Select(c => new PortfolioEntry(c.Key, c.StartPoint, [], "start"))], seed: 3);
        Dictionary<string, int> counts = [];
        int gains = 0;
        for (int i = 0; i < 80 && tuner.Propose() is { } plan; i++)
        {
            // One trainer is better by a little each time, the other is as good and stays as it is.
            double loss = plan.Trainer switch { "test-constant" => 10, "test-knobs" => 2 - (0.001 * ++gains), _ => 2 };
            counts[plan.Trainer] = counts.GetValueOrDefault(plan.Trainer) + 1;
            tuner.Observe(new TrialEvent.Started { Plan = plan });
            tuner.Observe(new TrialEvent.Completed { Plan = plan, Loss = loss, Score = loss, FoldLosses = [loss, loss], Seconds = 1 });
        }

        Assert.IsGreaterThan(3 * counts["test-descent"], counts["test-knobs"]);
    }

    private static double Median(SearchStrategy strategy, string surface)
    {
        double[] best = [.. Enumerable.Range(1, Seeds).Select(seed => TunerSurfaces.Best(strategy, TunerSurfaces.All[surface], Trials, seed)).Order()];
        return best[Seeds / 2];
    }
}

/// <summary>Two configurations in all. Learns nothing.</summary>
internal sealed record ChoiceTrainer : ITrainer<ChoiceTrainer>
{
    public char Mode { get; init; } = 'a';

    public static TrainerCard Card { get; } = new("test-choice", "Has one choice.", TestTrainers.AllTasks);

    public static Pipelines.SearchSpace<ChoiceTrainer> Space(DataShape data) => new Pipelines.SearchSpace<ChoiceTrainer>().Choice(nameof(Mode), ['a', 'b'], 'a', (t, v) => t with { Mode = v });

    public CostHint Cost(DataShape data) => new(1, 0);

    public IModel Fit(TrainingSet data, FitContext context) => TestTrainers.Constant(data);
}
