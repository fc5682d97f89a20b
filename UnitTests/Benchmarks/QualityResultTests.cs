namespace MLPipes.Benchmarks.Tests;

[TestClass]
public sealed class QualityResultTests
{
    private static readonly Peer[] peers =
    [
        Rows.Peer("a", "Glue 1 fast", 0.80), Rows.Peer("a", "Glue 1 best", 0.90), Rows.Peer("a", "Other", 0.70),
        Rows.Peer("b", "Glue 1 fast", 0.50, "logloss"), Rows.Peer("b", "Other", 0.30, "logloss"),
        Rows.Peer("c", "Glue 1 fast", 0.60, "r2"), Rows.Peer("c", "Glue 1 best", 0.50, "r2"),
    ];

    private static readonly QualityRow[] rows =
    [
        Rows.Of("a", 0.84), Rows.Of("a", 0.86, seed: 2),
        Rows.Of("b", 0.30, "logloss"),
        Rows.Of("c", 0.55, "r2"), Rows.Of("c", 0.9, "r2", budget: 10),
    ];

    private readonly QualityResult result = QualityResult.From(rows, peers, 60);

    [TestMethod]
    public void Ours_is_the_mean_over_the_seeds_of_one_budget()
    {
        Assert.AreEqual("a 0.85, b 0.3, c 0.55", string.Join(", ", result.Tables.Select(t => FormattableString.Invariant($"{t.Data} {t.Own:0.##}"))));
        CollectionAssert.AreEqual(new[] { 0.84, 0.86 }, result.Tables[0].Seeds.ToArray());
    }

    [TestMethod]
    public void Tables_are_counted_where_the_peer_has_a_result()
    {
        Assert.AreEqual(new Tally(2, 0, 1), result.Versus("Glue 1 fast"));
        Assert.AreEqual(new Tally(1, 0, 1), result.Versus("Glue 1 best"));
        Assert.AreEqual(new Tally(1, 1, 0), result.Versus("Other"));
        Assert.AreEqual(1.0, result.Versus("Other").Share);
    }

    [TestMethod]
    public void The_better_of_a_makes_systems_is_chosen_table_by_table()
    {
        CollectionAssert.AreEqual(new[] { "Glue" }, result.Makes.ToArray());
        // Behind 0.9 on a, ahead of 0.5 on b, behind 0.6 on c.
        Assert.AreEqual(new Tally(1, 0, 2), result.VersusBestOf("Glue"));
        Assert.AreEqual(new Tally(0, 1, 2), result.VersusAll());
    }

    [TestMethod]
    public void Ranks_are_among_those_that_have_a_result_and_ties_share_them()
    {
        // a: second of four; b: 1 and a half, tied with Other; c: second of three.
        Assert.AreEqual((2 + 1.5 + 2) / 3, result.MeanRank(QualityResult.OwnName), 1e-12);
        Assert.AreEqual((3 + 3 + 1) / 3.0, result.MeanRank("Glue 1 fast"), 1e-12);
        Assert.AreEqual((1 + 3) / 2.0, result.MeanRank("Glue 1 best"), 1e-12);
        Assert.AreEqual((4 + 1.5) / 2, result.MeanRank("Other"), 1e-12);
    }

    [TestMethod]
    public void A_seed_without_a_model_leaves_the_table_behind()
    {
        QualityResult failed = QualityResult.From([Rows.Of("a", 0.99), Rows.Of("a", double.NaN, seed: 2)], peers, 60);

        Assert.AreEqual(new Tally(0, 0, 1), failed.Versus("Other"));
        Assert.AreEqual(4, failed.MeanRank(QualityResult.OwnName));
    }

    [TestMethod]
    public void Names_lose_their_remark_and_nothing_else()
    {
        Assert.AreEqual("Some.AutoML + MinMax", Rows.Peer("a", "Some.AutoML (source, on 5.0.1) + MinMax", 1).ShortName);
        Assert.AreEqual("Some.AutoML", Rows.Peer("a", "Some.AutoML (source)", 1).ShortName);
        Assert.AreEqual("Glue 1.6.3 best", Rows.Peer("a", "Glue 1.6.3 best", 1).ShortName);
    }
}
