namespace MLPipes.Benchmarks.Tests;

[TestClass]
public sealed class BudgetResultTests
{
    [TestMethod]
    public void Over_is_past_two_per_cent_and_past_one_second()
    {
        Assert.AreEqual(11, BudgetResult.Limit(10));
        Assert.AreEqual(61.2, BudgetResult.Limit(60), 1e-12);

        BudgetResult ten = BudgetResult.From([Used(10, 11), Used(10, 11.01), Used(10, 9)]).Single();

        Assert.AreEqual((3, 1, 1), (ten.Runs, ten.Outside, ten.Over.Count));
        Assert.AreEqual(1.01, ten.LongestOver, 1e-12);
        Assert.AreEqual(0.9, ten.LeastShare, 1e-12);
    }

    [TestMethod]
    public void Ending_early_is_wrong_only_with_something_left_to_try()
    {
        BudgetResult sixty = BudgetResult.From([Used(60, 20) with { End = "Exhausted" }, Used(60, 50), Used(60, 59)]).Single();

        Assert.AreEqual(1, sixty.Under.Count);
        Assert.AreEqual(50, sixty.Under[0].SecondsUsed);
        Assert.AreEqual(50 / 60.0, sixty.LeastShare, 1e-12);
        Assert.AreEqual(1, sixty.Finished);
    }

    [TestMethod]
    public void Processor_time_says_nothing_of_a_budget() => Assert.IsEmpty(BudgetResult.From([Used(60, 10) with { Clock = "cpu" }]));

    private static QualityRow Used(double budget, double seconds) => Rows.Of("a", 0.5, budget: budget) with { SecondsUsed = seconds };
}
