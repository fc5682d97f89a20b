using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLPipes.AutoSearch;

namespace MLPipes.Tests.Auto;

[TestClass]
public sealed class AutoMLExperimentTests
{
    private readonly MLContext context = new(1);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_pipeline_of_ours_is_searched_by_a_study_and_monitored()
    {
        IDataView data = Views.Binary(context, 240);
        SweepablePipeline pipeline = context.Auto().Featurizer(data, numericColumns: ["Size", "Age"], catelogicalColumns: ["Kind"], excludeColumns: ["Price", "IsDear", "Class", "Group"])
            .Append(context.Auto().Regression(labelColumnName: "Price"));
        Recording monitor = new();
        List<string> log = [];
        context.Log += (_, e) => { if (e.Source == "AutoMLExperiment") log.Add(e.RawMessage); };

        TrialResult result = await context.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(context.Data.TrainTestSplit(data, 0.3))
            .SetRegressionMetric(RegressionMetric.RSquared, labelColumn: "Price").SetMaxModelToExplore(6).SetMonitor(monitor).SetPerformanceMonitor(20).RunAsync(TestContext.CancellationToken);

        Assert.IsGreaterThan(0.8, context.Regression.Evaluate(result.Model.Transform(data), "Price").RSquared);
        Assert.AreEqual(-result.Metric, result.Loss);
        Assert.AreEqual(6, monitor.Running.Count);
        Assert.AreEqual(6, monitor.Completed.Count + monitor.Failed.Count);
        Assert.IsGreaterThan(0, monitor.Best.Count);
        Assert.IsGreaterThan(1, result.PeakMemoryInMegaByte!.Value);
        StringAssert.Contains(pipeline.ToString(result.TrialSettings.Parameter), "Featurizer=>");
        Assert.IsTrue(log.Any(l => l.StartsWith("Update Best Trial", StringComparison.Ordinal)), string.Join('\n', log));
        ITransformer again = pipeline.BuildFromOption(context, result.TrialSettings.Parameter).Fit(data);
        Assert.IsGreaterThan(0.7, context.Regression.Evaluate(again.Transform(data), "Price").RSquared);
    }

    [TestMethod]
    public async Task A_vector_of_features_and_keys_before_and_values_behind()
    {
        IDataView data = Views.Binary(context, 200);
        SweepablePipeline pipeline = context.Transforms.Conversion.MapValueToKey("Class").Append(context.Transforms.Concatenate("Features", "Size", "Age"))
            .Append(context.Auto().MultiClassification(labelColumnName: "Class", useFastForest: false, useFastTree: false, useLbfgsLogisticRegression: false, useSdcaLogisticRegression: false))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        TrialResult result = await context.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(data, fold: 3)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MacroAccuracy, "Class").SetMaxModelToExplore(4).RunAsync(TestContext.CancellationToken);

        CollectionAssert.IsSubsetOf(result.Model.Transform(data).GetColumn<string>("PredictedLabel").Distinct().ToArray(), new[] { "low", "mid", "high" });
        Assert.IsGreaterThan(0.5, result.Metric);
    }

    [TestMethod]
    public async Task A_users_own_estimator_and_search_space_are_searched_by_ML_NETs_evaluators()
    {
        IDataView data = Views.Binary(context, 200);
        SearchSpace<SdcaChoices> space = new() { ["L1"] = new UniformSingleOption(0.001f, 2f, logBase: true, defaultValue: 0.01f) };
        SweepableEstimator sdca = context.Auto().CreateSweepableEstimator((own, choices) => own.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
        {
            LabelColumnName = "Price", FeatureColumnName = "Features", L1Regularization = choices.L1, L2Regularization = choices.L2, MaximumNumberOfIterations = choices.Passes,
        }), space);
        SweepablePipeline pipeline = context.Auto().Featurizer(data, numericColumns: ["Size", "Age"], catelogicalColumns: ["Kind"], excludeColumns: ["Price", "IsDear", "Class", "Group"]).Append(sdca);
        Recording monitor = new();

        TrialResult result = await context.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(data, fold: 3)
            .SetRegressionMetric(RegressionMetric.RootMeanSquaredError, "Price").SetMaxModelToExplore(6).SetMonitor(monitor).RunAsync(TestContext.CancellationToken);

        Assert.HasCount(6, monitor.Completed);
        Assert.AreEqual(monitor.Completed.Min(t => t.Loss), result.Loss);
        Assert.IsGreaterThan(1, monitor.Completed.Select(t => t.TrialSettings.Parameter["_pipeline_"]["e1"]["L1"].AsType<float>()).Distinct().Count());
        Assert.IsTrue(monitor.Completed.All(t => t.TrialSettings.Parameter["_pipeline_"]["e1"]["L1"].AsType<float>() is >= 0.001f and <= 2f));
        Assert.AreEqual(result.Metric, context.Regression.Evaluate(result.Model.Transform(data), "Price").RootMeanSquaredError, 0.5);
    }

    [TestMethod]
    public async Task A_users_own_trial_runner_finds_its_search_space_and_is_judged_by_its_metric()
    {
        AutoMLExperiment experiment = context.Auto().CreateExperiment().SetMaxModelToExplore(25).SetTrialRunner(new Parabola())
            .AddSearchSpace("point", new SearchSpace { ["x"] = new UniformDoubleOption(-4, 4, defaultValue: -3), ["kind"] = new ChoiceOption("a", "b") });

        TrialResult result = await experiment.RunAsync(TestContext.CancellationToken);

        Assert.IsGreaterThan(-1.0, result.Metric);
        Assert.AreEqual(-result.Metric, result.Loss);
    }

    [TestMethod]
    public async Task Every_tuner_searches_a_users_own_space()
    {
        List<string> points = [];
        foreach (Func<AutoMLExperiment, AutoMLExperiment> set in (Func<AutoMLExperiment, AutoMLExperiment>[])
            [e => e.SetRandomSearchTuner(3), e => e.SetGridSearchTuner(), e => e.SetCostFrugalTuner(), e => e.SetEciCostFrugalTuner(), e => e.SetSmacTuner()])
        {
            Recording monitor = new();
            await set(context.Auto().CreateExperiment().SetMaxModelToExplore(8).SetTrialRunner(new Parabola()).SetMonitor(monitor)
                .AddSearchSpace("point", new SearchSpace { ["x"] = new UniformDoubleOption(-4, 4, defaultValue: -3), ["kind"] = new ChoiceOption("a", "b") })).RunAsync(TestContext.CancellationToken);
            Assert.HasCount(8, monitor.Completed);
            points.Add(string.Join(' ', monitor.Completed.Select(t => t.TrialSettings.Parameter.ToString())));
        }

        Assert.IsGreaterThan(3, points.Distinct().Count());
    }

    [TestMethod]
    public void What_is_missing_is_named_at_once()
    {
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => { context.Auto().CreateExperiment().RunAsync(); });

        Assert.HasCount(4, error.Problems);
    }

    [TestMethod]
    public async Task A_trainers_options_can_be_given_a_search_space_of_ones_own()
    {
        IDataView data = Views.Binary(context, 150);
        SearchSpace<LgbmOption> space = new() { ["NumberOfLeaves"] = new UniformIntOption(3, 5), ["NumberOfTrees"] = new UniformIntOption(7, 9) };
        SweepablePipeline pipeline = context.Transforms.Concatenate("Features", "Size", "Age").Append(context.Auto().Regression("Price",
            useFastForest: false, useFastTree: false, useLbfgsPoissonRegression: false, useSdca: false, lgbmSearchSpace: space));
        Recording monitor = new();

        await context.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(data, 3).SetRegressionMetric(RegressionMetric.RSquared, "Price").SetMaxModelToExplore(5).SetMonitor(monitor).RunAsync(TestContext.CancellationToken);

        foreach (Parameter knobs in monitor.Running.Select(t => t.Parameter["_pipeline_"].Single(p => p.Key != "_SCHEMA_").Value))
            Assert.IsTrue(knobs["Leaves"].AsType<int>() is >= 3 and <= 5 && knobs["Trees"].AsType<int>() is >= 7 and <= 9, knobs.ToString());
    }

    private sealed class Parabola : ITrialRunner
    {
        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            double x = settings.Parameter["point"]["x"].AsType<double>();
            return Task.FromResult(new TrialResult { TrialSettings = settings, Metric = -((x - 1) * (x - 1)) });
        }

        public void Dispose() { }
    }

    private sealed class SdcaChoices
    {
        [MLPipes.AutoSearch.Range(0.001f, 1f, 0.01f, true)]
        public float L1 { get; set; } = 0.01f;

        [Microsoft.ML.SearchSpace.Range(0.001f, 1f, 0.01f, true)]
        public float L2 { get; set; } = 0.01f;

        public int Passes { get; set; } = 20;
    }
}

internal sealed class Recording : IMonitor
{
    public List<TrialSettings> Running { get; } = [];

    public List<TrialResult> Completed { get; } = [];

    public List<TrialResult> Best { get; } = [];

    public List<(TrialSettings Settings, Exception? Error)> Failed { get; } = [];

    public void ReportBestTrial(TrialResult result) => Best.Add(result);

    public void ReportCompletedTrial(TrialResult result) => Completed.Add(result);

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => Failed.Add((settings, exception));

    public void ReportRunningTrial(TrialSettings setting) => Running.Add(setting);
}
