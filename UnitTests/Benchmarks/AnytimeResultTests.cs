namespace MLPipes.Benchmarks.Tests;

[TestClass]
public sealed class AnytimeResultTests
{
    private static readonly Peer[] peers =
    [
        Rows.Peer("a", "Microsoft.ML.AutoML", 0.8), Rows.Peer("a", "Microsoft.ML.AutoML + MinMax", 0.9),
        Rows.Peer("b", "Microsoft.ML.AutoML", 0.8), Rows.Peer("c", "Another", 0.1),
    ];

    [TestMethod]
    public void It_is_the_least_budget_that_reaches_the_better_variant()
    {
        AnytimeResult result = AnytimeResult.From([Rows.Of("a", 0.85, budget: 5), Rows.Of("a", 0.9, budget: 10), Rows.Of("a", 0.7, budget: 20), Rows.Of("b", 0.8, budget: 5), Rows.Of("c", 1, budget: 5)], peers);

        Assert.AreEqual("a 10, b 5", string.Join(", ", result.Tables.Select(t => FormattableString.Invariant($"{t.Data} {t.Seconds}"))));
        Assert.AreEqual(7.5, result.Median);
        Assert.IsTrue(result.HasReached("a") && !result.HasReached("c"));
    }

    [TestMethod]
    public void A_table_that_never_reaches_it_counts_in_the_median()
    {
        AnytimeResult result = AnytimeResult.From([Rows.Of("a", 0.5, budget: 5), Rows.Of("b", 0.9, budget: 5)], peers);

        Assert.IsFalse(result.HasReached("a"));
        Assert.AreEqual(double.PositiveInfinity, result.Median);
    }
}
