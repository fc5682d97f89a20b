namespace MLPipes.Benchmarks.Tests;

[TestClass]
public sealed class ComparisonTests
{
    [TestMethod]
    [DataRow("auc", 0.9009, 0.9, nameof(Standing.Tie))]
    [DataRow("auc", 0.9010, 0.9, nameof(Standing.Ahead))]
    [DataRow("auc", 0.8991, 0.9, nameof(Standing.Tie))]
    [DataRow("auc", 0.8990, 0.9, nameof(Standing.Behind))]
    [DataRow("logloss", 0.5004, 0.5, nameof(Standing.Tie))]
    [DataRow("logloss", 0.5006, 0.5, nameof(Standing.Behind))]
    [DataRow("logloss", 0.4994, 0.5, nameof(Standing.Ahead))]
    [DataRow("r2", -0.5, -0.6, nameof(Standing.Ahead))]
    [DataRow("r2", -0.6, -0.5, nameof(Standing.Behind))]
    [DataRow("auc", 1.0, 1.0, nameof(Standing.Tie))]
    [DataRow("r2", 0.0, 0.0, nameof(Standing.Tie))]
    [DataRow("logloss", 0.0004, 0.0, nameof(Standing.Behind))]
    public void A_tie_is_within_a_thousandth_of_the_peer(string metric, double own, double peer, string expected) =>
        Assert.AreEqual(expected, Comparison.Of(metric, own, peer).ToString());

    [TestMethod]
    public void No_model_is_behind_any_score()
    {
        Assert.AreEqual(Standing.Behind, Comparison.Of("logloss", double.NaN, 5));
        Assert.AreEqual(Standing.Behind, Comparison.Of("auc", double.NaN, 0.1));
        Assert.AreEqual(Standing.Ahead, Comparison.Of("auc", 0.1, double.NaN));
    }

    [TestMethod]
    public void The_best_follows_the_metrics_direction()
    {
        Assert.AreEqual(0.9, Comparison.Best("auc", [0.7, double.NaN, 0.9, 0.8]));
        Assert.AreEqual(0.1, Comparison.Best("logloss", [double.NaN, 0.3, 0.1]));
        Assert.IsTrue(double.IsNaN(Comparison.Best("r2", [])));
    }
}
