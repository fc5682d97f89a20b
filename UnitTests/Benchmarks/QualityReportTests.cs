using System.Xml.Linq;

namespace MLPipes.Benchmarks.Tests;

[TestClass]
public sealed class QualityReportTests
{
    private static readonly Peer[] peers =
    [
        Rows.Peer("a", "Glue <1> fast", 0.80), Rows.Peer("a", "Microsoft.ML.AutoML", 0.70),
        Rows.Peer("b", "Glue <1> fast", 0.0001, "logloss"), Rows.Peer("b", "Microsoft.ML.AutoML", 0.4, "logloss"),
    ];

    private static readonly QualityRow[] rows =
    [
        Rows.Of("a", 0.9) with { SecondsStudy = 59, SecondsInside = 57, SecondsFit = 100, SecondsUsed = 62 },
        Rows.Of("a", 0.6, budget: 5),
        Rows.Of("b", 0.3, "logloss") with { SecondsStudy = 59, SecondsInside = 58 },
        Rows.Of("c", double.NaN, "r2") with { Error = "broke" },
    ];

    [TestMethod]
    public void Tables_behind_are_named_with_how_far_and_why()
    {
        string text = new QualityReport(rows, peers, 60, new Dictionary<string, string> { ["b"] = "too | few rows" }).Markdown();

        StringAssert.Contains(text, "| b | log-loss | 0.3000 | 0.0001 | -299900.00 % | Glue <1> fast | too \\| few rows |");
        StringAssert.Contains(text, "| **mlpipes** | 2 | 1.50 |");
        StringAssert.Contains(text, "| 60 s | 2 | 1 | 2.00 s | 98.0 % | 0 | Time 2 |");
        StringAssert.Contains(text, "Over all: 2.5 %.");
        StringAssert.Contains(text, "| a | 0.7000 | 60 s |");
        StringAssert.Contains(text, "- c, seed 1, 60 s: broke\n");
    }

    [TestMethod]
    public void The_plot_is_well_formed_and_shows_every_table_with_a_peer()
    {
        XDocument plot = XDocument.Parse(new QualityReport(rows, peers, 60, new Dictionary<string, string>()).Plot());

        string[] texts = [.. plot.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
        CollectionAssert.IsSubsetOf(new[] { "a", "b", "+12.50 % on Glue <1> fast" }, texts);
        Assert.IsTrue(plot.Descendants().Attributes("x").All(x => double.Parse(x.Value, System.Globalization.CultureInfo.InvariantCulture) is >= 0 and <= 1010));
    }

    [TestMethod]
    public void Options_that_are_not_understood_are_named()
    {
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => QualityOptions.Parse(["--tme", "5s"])).Message, "--tme");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => QualityOptions.Parse(["--time", "soon"])).Message, "soon");
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => QualityOptions.Parse(["--seeds"])).Message, "--seeds");
        CollectionAssert.AreEqual(new[] { 10.0, 30, 60 }, QualityOptions.Parse(["budget"]).Times.ToArray());
        CollectionAssert.AreEqual(new[] { 20.0, 120 }, QualityOptions.Parse(["budget", "--time", "2m,20s"]).Times.ToArray());
    }
}
