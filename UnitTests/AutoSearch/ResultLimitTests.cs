using MLPipes.Pipelines;

namespace MLPipes.Tests;

[TestClass]
public sealed class ResultLimitTests
{
    private static readonly TrainerEntry[] trees = [.. Catalog.Trainers.Where(t => t.Card.Key is "constant" or "random-forest" or "extra-trees" or "lightgbm" or "k-nearest-neighbors")];

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task The_result_has_no_more_models_than_allowed(int most)
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(300), trials: 8) with { Trainers = trees, MaxModels = most };

        StudyResult free = await new Study(options with { MaxModels = null }).RunAsync(), limited = await new Study(options).RunAsync();

        Assert.IsGreaterThan(3, free.Pipeline.Members.Count);
        Assert.IsLessThanOrEqualTo(most, limited.Pipeline.Members.Count);
    }

    [TestMethod]
    public async Task A_latency_that_nothing_keeps_gives_the_one_quickest_model()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(300), trials: 6) with { Trainers = trees, MaxLatency = TimeSpan.FromTicks(1) };

        StudyResult result = await new Study(options).RunAsync();

        Assert.AreEqual(1, result.Pipeline.Members.Count);
    }

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    public async Task A_forest_is_judged_by_one_fit_on_all_rows(MLTask task)
    {
        Table table = task == MLTask.Binary ? TestTables.Binary(400) : TestTables.Multiclass(400);
        StudyOptions options = TestTables.Options(table, trials: 1) with { Trainers = [.. trees.Where(t => t.Card.Key == "random-forest")] };

        StudyResult result = await new Study(options).RunAsync();

        Assert.IsGreaterThan(1, result.Splits);
        Assert.AreEqual(1, result.Pipeline.Members.Count);
        double onTraining = result.Metric.Loss(result.Metric.Evaluate(result.Pipeline.Schema.TargetOf(table), result.Pipeline.Predict(table).Values));
        // What it says of itself comes from trees that did not see the row, and so is worse than on the rows it learned by heart.
        Assert.IsLessThan(result.Metric.Loss(result.Score) * 0.7, onTraining);
    }

    [TestMethod]
    public async Task Groups_are_never_judged_out_of_bag()
    {
        Table table = TestTables.Binary(300);
        Column groups = new CategoryColumn("group", [.. Enumerable.Range(0, 300).Select(i => i / 10)], [.. Enumerable.Range(0, 30).Select(i => $"g{i:00}")]);
        table = table.With(groups);
        StudyOptions options = TestTables.Options(table, trials: 1) with { Trainers = [.. trees.Where(t => t.Card.Key == "random-forest")], Validation = Validation.KFold(3) };

        StudyResult result = await new Study(options).RunAsync();

        Assert.AreEqual(4, result.Pipeline.Members.Count, "three folds and one refit");
    }
}
