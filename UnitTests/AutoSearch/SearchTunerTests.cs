using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

[TestClass]
public sealed class SearchTunerTests
{
    private static readonly DataShape shape = new(MLTask.Binary, 1000, 10, 2);

    [TestMethod]
    public void Baselines_come_first_then_adaptive_trainers()
    {
        List<TrialPlan> plans = Run(Tuner(1), 2, _ => 1);

        CollectionAssert.AreEqual(new[] { "test-constant", "test-descent" }, plans.Select(p => p.Trainer).ToArray());
    }

    [TestMethod]
    public void Never_proposes_the_same_configuration_twice()
    {
        List<TrialPlan> plans = Run(Tuner(1), 100, p => p.Number % 5);

        Assert.AreEqual(plans.Count, plans.Select(p => p.Key).Distinct().Count());
        Assert.HasCount(100, plans);
    }

    [TestMethod]
    public void Old_events_in_order_give_the_same_state()
    {
        SearchTuner first = Tuner(3), second = Tuner(3);
        List<TrialEvent> events = [];
        Run(first, 40, p => Math.Abs(p.Point.Count == 0 ? 9 : p.Point[0] - 0.8), events);

        foreach (TrialEvent happened in events) second.Observe(happened);

        for (int i = 0; i < 10; i++)
        {
            TrialPlan one = first.Propose()!, two = second.Propose()!;
            Assert.AreEqual(one.Key, two.Key);
            Assert.AreEqual(one.RaceLoss, two.RaceLoss);
            foreach (SearchTuner tuner in new[] { first, second }) tuner.Observe(new TrialEvent.Started { Plan = one });
        }
    }

    [TestMethod]
    public void Proposing_changes_nothing()
    {
        SearchTuner tuner = Tuner(3);
        Run(tuner, 15, _ => 1);

        Assert.AreEqual(tuner.Propose()!.Key, tuner.Propose()!.Key);
    }

    [TestMethod]
    public void Search_comes_near_the_best_point()
    {
        double Distance(TrialPlan plan) => plan.Point.Count == 0 ? 2 : Math.Abs(plan.Point[0] - 0.83) + Math.Abs(plan.Point[1] - 0.21);

        List<TrialPlan> plans = Run(Tuner(1), 80, Distance);

        Assert.IsLessThan(0.1, plans.Min(Distance));
    }

    [TestMethod]
    public void A_trainer_that_only_fails_is_given_up()
    {
        Candidate[] candidates = [new(TestTrainers.Entry<ConstantTrainer>(), shape), new(TestTrainers.Entry<DescentTrainer>(), shape)];
        SearchTuner tuner = new(candidates, Portfolio.For(candidates, [], shape.Task, PortfolioList.Learned), seed: 1);
        int tries = 0;
        while (tuner.Propose() is { } plan && tries < 50)
        {
            tries++;
            tuner.Observe(new TrialEvent.Started { Plan = plan });
            tuner.Observe(plan.Trainer == "test-constant" ? Ended(plan, 1) : new TrialEvent.Failed { Plan = plan, Reason = "always" });
        }

        Assert.AreEqual(3, tries);
    }

    [TestMethod]
    public void Seeds_of_trials_differ()
    {
        int[] seeds = [.. from study in Enumerable.Range(0, 50) from number in Enumerable.Range(1, 50) select TrialPlan.SeedOf(study, number)];

        Assert.AreEqual(seeds.Length, seeds.Distinct().Count());
        Assert.IsTrue(seeds.All(s => s >= 0));
    }

    private static SearchTuner Tuner(int seed)
    {
        Candidate[] candidates = [new(TestTrainers.Entry<ConstantTrainer>(), shape), new(TestTrainers.Entry<DescentTrainer>(), shape), new(TestTrainers.Entry<HugeTrainer>(), shape)];
        return new SearchTuner(candidates, Portfolio.For(candidates, [], shape.Task, PortfolioList.Learned), seed);
    }

    private static List<TrialPlan> Run(SearchTuner tuner, int trials, Func<TrialPlan, double> loss, List<TrialEvent>? events = null)
    {
        List<TrialPlan> plans = [];
        while (plans.Count < trials && tuner.Propose() is { } plan)
        {
            plans.Add(plan);
            foreach (TrialEvent happened in new TrialEvent[] { new TrialEvent.Started { Plan = plan }, Ended(plan, loss(plan)) })
            {
                tuner.Observe(happened);
                events?.Add(happened);
            }
        }
        return plans;
    }

    private static TrialEvent.Completed Ended(TrialPlan plan, double loss) => new() { Plan = plan, Loss = loss, Score = -loss, FoldLosses = [loss, loss], Seconds = 1 };
}
