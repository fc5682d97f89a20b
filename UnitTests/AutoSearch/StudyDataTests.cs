using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

[TestClass]
public sealed class StudyDataTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Groups_stay_on_one_side_of_every_split()
    {
        Table table = TestTables.Binary(300);
        int[] groups = [.. Enumerable.Range(0, 300).Select(i => i / 6)];
        StudyOptions options = TestTables.Options(table.With(new CategoryColumn("group", groups, [.. Enumerable.Range(0, 50).Select(i => $"g{i}")])), 5);

        StudyData data = StudyData.From(options);

        foreach (Split split in data.Splits) Assert.IsFalse(split.Train.Select(r => groups[r]).Intersect(split.Test.Select(r => groups[r])).Any());
        Assert.IsFalse(data.Features.Contains("group"));
    }

    [TestMethod]
    [DataRow(150, 15)]
    [DataRow(1_000, 8)]
    [DataRow(5_000, 5)]
    public void Small_data_gets_more_splits(int rows, int splits) => Assert.AreEqual(splits, StudyData.From(TestTables.Options(TestTables.Binary(rows), 5)).SearchSplits);

    [TestMethod]
    public void Large_data_gets_one_hold_out()
    {
        StudyData data = StudyData.From(TestTables.Options(TestTables.Multiclass(200_000), 5) with { Time = TimeSpan.FromSeconds(10) });

        Assert.AreEqual(1, data.SearchSplits);
        Assert.AreEqual(20_000, data.ScoredRows.Length, 10);
    }

    [TestMethod]
    public void Rows_without_a_label_are_left_out_and_counted()
    {
        Table table = TestTables.Binary(100);
        CategoryColumn label = (CategoryColumn)table["label"];
        table = table.With(TestTables.Labels(Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? null : label.TextAt(i))));

        StudyData data = StudyData.From(TestTables.Options(table, 5));

        Assert.AreEqual(90, data.Target.Count);
        StringAssert.Contains(data.Warnings.Single(), "10 of 100 rows");
    }

    [TestMethod]
    [DataRow("no label", "role label")]
    [DataRow("empty", "0 rows")]
    [DataRow("constant", "same value")]
    [DataRow("no features", "No column is left")]
    public void Refuses_what_nothing_can_be_learned_from(string kind, string expected)
    {
        Table table = TestTables.Binary(50);
        StudyOptions options = TestTables.Options(table, 5);
        options = kind switch
        {
            "no label" => options with { Roles = options.Roles.Set("label", ColumnRole.Ignore) },
            "empty" => options with { Data = table.TakeRows([]) },
            "constant" => options with { Data = table.With(TestTables.Labels(Enumerable.Repeat("same", 50))) },
            _ => options with { Roles = options.Roles.Set("x0", ColumnRole.Ignore).Set("x1", ColumnRole.Id).Set("x2", ColumnRole.Ignore) },
        };

        StudyException error = Assert.ThrowsExactly<StudyException>(() => StudyData.From(options));

        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public async Task A_column_of_names_with_a_random_label_scores_like_chance()
    {
        Random random = new(3);
        string[] names = [.. Enumerable.Range(0, 400).Select(i => $"n{i:000}")];
        CategoryColumn city = new("city", [.. Enumerable.Range(0, 1200).Select(_ => random.Next(400))], names);
        Table table = new([city, TestTables.Labels(Enumerable.Range(0, 1200).Select(_ => random.Next(2) == 0 ? "no" : "yes"))]);
        StudyOptions options = new() { Data = table, Roles = TestTables.RolesOf(table), Trials = 6, Threads = 2 };

        StudyResult result = await new Study(options).RunAsync(null, TestContext.CancellationToken);

        foreach (LeaderboardRow row in result.Leaderboard.Rows) Assert.AreEqual(0.5, row.Score, 0.07, row.Trainer);
    }

    [TestMethod]
    public async Task One_row_in_a_thousand_of_the_other_class_still_gives_a_model()
    {
        StudyResult result = await new Study(TestTables.Options(TestTables.Binary(1000, positiveShare: 0.001), 4)).RunAsync(null, TestContext.CancellationToken);

        Assert.IsGreaterThan(0, result.Leaderboard.Completed);
        Assert.HasCount(2, result.Pipeline.Schema.Classes);
    }

    [TestMethod]
    public async Task A_class_with_a_single_row_still_gives_a_model()
    {
        Table table = TestTables.Multiclass(120);
        string[] labels = [.. Enumerable.Range(0, 120).Select(i => i == 7 ? "once" : table["label"].TextAt(i)!)];

        StudyResult result = await new Study(TestTables.Options(table.With(TestTables.Labels(labels)), 4)).RunAsync(null, TestContext.CancellationToken);

        Assert.HasCount(4, result.Pipeline.Schema.Classes);
        Assert.IsTrue(double.IsFinite(result.Score));
    }

    [TestMethod]
    public async Task Rows_of_weight_0_change_nothing()
    {
        Table table = TestTables.Regression(200);
        float[] weights = [.. Enumerable.Range(0, 200).Select(i => i < 150 ? 1f : 0f)];
        float[] label = ((NumberColumn)table["label"]).Values.ToArray();
        for (int i = 150; i < 200; i++) label[i] = 1000;
        Table spoiled = table.With(new NumberColumn("label", label)).With(new NumberColumn("weight", weights));

        StudyResult result = await new Study(TestTables.Options(spoiled, 8)).RunAsync(null, TestContext.CancellationToken);

        Assert.IsLessThan(3, result.Score);
    }
}
