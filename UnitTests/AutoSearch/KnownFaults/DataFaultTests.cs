using System.Globalization;
using System.Text;
using Microsoft.ML;
using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests.KnownFaults;

/// <summary>Faults measured in Microsoft.ML.AutoML 0.22; each test shows that ours does not have one.</summary>
[TestClass]
public sealed class DataFaultTests
{
    private readonly MLContext context = new(1);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Fault_9_of_all_folds_only_one_counts()
    {
        StudyOptions options = TestTables.Options(TestTables.Regression(60), trials: 3) with { Validation = Validation.KFold(4) };
        List<TrialEvent> events = [];

        await new Study(options).RunAsync(new Progress(events.Add), TestContext.CancellationToken);

        Assert.IsTrue(events.OfType<TrialEvent.Completed>().All(c => c.FoldLosses.Count == 4 && c.Loss >= c.FoldLosses.Min() && c.Loss <= c.FoldLosses.Max()));
    }

    [TestMethod]
    [DataRow(EnsembleSize.Single)]
    [DataRow(EnsembleSize.Several)]
    public async Task Fault_10_the_result_has_seen_a_part_of_the_rows_only(EnsembleSize size)
    {
        const int Rows = 60, Folds = 5, Trials = 3;
        StudyOptions options = TestTables.Options(TestTables.Binary(Rows), Trials) with
        {
            Validation = Validation.KFold(Folds),
            Ensemble = size,
            Trainers = [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<CountingTrainer>()],
        };
        List<TrialEvent> events = [];

        StudyResult result = await new Study(options).RunAsync(new Progress(events.Add), TestContext.CancellationToken);

        List<CountedModel> models = [.. result.Pipeline.Members.Select(m => m.Model).OfType<CountedModel>()];
        Assert.IsGreaterThan(0.9, result.Score, "the constant is no part of the result");
        Assert.IsTrue(models.Any(m => m.Rows == Rows), $"rows seen by the models of the result: {string.Join(' ', models.Select(m => m.Rows))} of {Rows}");
        Assert.IsTrue(models.All(m => m.Rows is Rows or Rows * (Folds - 1) / Folds));
        Assert.HasCount(Trials, events.Where(e => e.IsOutcome), "the fit on all rows is no trial of the budget's");
    }

    [TestMethod]
    public async Task Fault_10_learning_from_all_rows_comes_on_top_of_the_budget()
    {
        // On this clock only fits take time: a second each.
        StudyOptions options = TestTables.Options(TestTables.Binary(60), trials: 1) with
        {
            Validation = Validation.KFold(5),
            Trials = null,
            Time = TimeSpan.FromSeconds(100),
            Threads = 1,
            Clock = new ManualTime(),
            Trainers = [TestTrainers.Entry<ConstantTrainer>(), TestTrainers.Entry<CountingTrainer>()],
        };

        StudyResult result = await new Study(options).RunAsync(null, TestContext.CancellationToken);

        Assert.IsTrue(result.Pipeline.Members.Any(m => m.Model is CountedModel { Rows: 60 }));
        Assert.IsLessThanOrEqualTo(TimeSpan.FromSeconds(100), result.Elapsed);
    }

    [TestMethod]
    public async Task Fault_11_a_short_search_of_a_large_table_ends_in_a_tiny_model()
    {
        StudyOptions options = TestTables.Options(TestTables.Binary(200), trials: 3) with { Trainers = Catalog.Trainers };
        List<TrialEvent> events = [];

        await new Study(options).RunAsync(new Progress(events.Add), TestContext.CancellationToken);

        IEnumerable<TrainerCard> first = events.OfType<TrialEvent.Started>().Select(e => Catalog.Trainer(e.Plan.Trainer)!.Card);
        Assert.IsTrue(first.Any(card => card is { StopsEarly: true, KeepsPartial: true }), "among the first three is one that grows until it no longer improves");
    }

    [TestMethod]
    public void Fault_12_column_inference_takes_ids_dates_and_money_for_something_else()
    {
        StringBuilder csv = new("row,guid,when,day,price,share,zip,target\n");
        Random random = new(5);
        for (int i = 0; i < 300; i++)
        {
            byte[] id = new byte[16];
            random.NextBytes(id);
            DateTime at = new DateTime(2024, 1, 1).AddHours(i * 7);
            csv.Append(CultureInfo.InvariantCulture, $"{i + 1},{new Guid(id)},{at:yyyy-MM-dd HH:mm:ss},{at:yyyy-MM-dd},\"${1000 + random.Next(9000):N0}\",{random.Next(100)}%,{10000 + random.Next(40)},{random.NextDouble():0.000}\n");
        }
        string path = Path.Combine(Directory.CreateTempSubdirectory("mlpipes-inference-").FullName, "data.csv");
        File.WriteAllText(path, csv.ToString());

        ColumnInferenceResults inferred = context.Auto().InferColumns(path, "target", groupColumns: false);

        ColumnInformation columns = inferred.ColumnInformation;
        CollectionAssert.IsSubsetOf(new[] { "row", "guid" }, columns.IgnoredColumnNames.ToArray());
        CollectionAssert.IsSubsetOf(new[] { "when", "price", "share" }, columns.NumericColumnNames.ToArray());
        Assert.IsEmpty(columns.TextColumnNames);
        IDataView view = context.Data.CreateTextLoader(inferred.TextLoaderOptions).Load(path);
        FeaturizerStep step = AutoCatalog.FeaturizerFor(view, columns, "Features");
        Assert.AreEqual(ColumnRole.Number, step.Roles.Of("price"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    [DataRow("yes", "no")]
    [DataRow("1", "2")]
    [DataRow("true", "false")]
    public async Task Fault_13_labels_of_two_classes_must_be_truth_values(string positive, string negative)
    {
        Table table = TestTables.Binary(120);
        Table labelled = table.With(TestTables.Labels(((CategoryColumn)table["label"]).Codes.ToArray().Select(c => c == 1 ? positive : negative)));

        StudyResult result = await new Study(TestTables.Options(labelled, 3)).RunAsync(null, TestContext.CancellationToken);

        Assert.AreEqual(MLTask.Binary, result.Task);
        CollectionAssert.AreEquivalent(new[] { positive, negative }, result.Pipeline.Schema.Classes.ToArray());
    }

    [TestMethod]
    public void Fault_13_a_label_that_does_not_fit_shows_deep_in_a_trainer()
    {
        IDataView data = Auto.Views.Binary(context, 60);
        ColumnInformation columns = new() { LabelColumnName = "Class" };

        MLPipesException error = Assert.Throws<MLPipesException>(() => context.Auto().CreateBinaryClassificationExperiment(new BinaryExperimentSettings { MaxModels = 1 }).Execute(data, columns));

        StringAssert.Contains(error.Message, "Class");
    }
}
