#nullable disable
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLPipes.AutoSearch;
using static Microsoft.ML.DataOperationsCatalog;

namespace MLPipes.Tests.Auto;

/// <summary>
/// The calls that Microsoft's how-to of the AutoML API shows (learn.microsoft.com, "How to use the ML.NET Automated Machine Learning (AutoML) API",
/// 12/06/2022) compile and run here with the using changed; those that the sample AutoML has are not repeated.
/// </summary>
/// <remarks>Without nullable annotations, as code of its readers may be.</remarks>
[TestClass]
public sealed class HowToStatementsTests
{
    private readonly MLContext ctx = new(1);
    private string folder;

    public TestContext TestContext { get; set; }

    [TestInitialize]
    public void Make() => folder = Directory.CreateTempSubdirectory("mlpipes-how-to-").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public async Task A_search_space_is_changed_extended_and_swept()
    {
        (ColumnInferenceResults columnInference, IDataView data) = Fares();
        TrainTestData trainValidationData = ctx.Data.TrainTestSplit(data, testFraction: 0.2);
        var sdcaSearchSpace = new SearchSpace<SdcaExtendedOption>();
        sdcaSearchSpace["L1Regularization"] = new UniformSingleOption(min: 0.01f, max: 2.0f, logBase: false, defaultValue: 0.01f);
        var sdcaFactory = (MLContext own, SdcaExtendedOption param) =>
        {
            var sdcaOption = new SdcaRegressionTrainer.Options();
            sdcaOption.L1Regularization = param.L1Regularization;
            sdcaOption.L2Regularization = 0.02f;
            sdcaOption.BiasLearningRate = param.BiasLearningRate;
            sdcaOption.LabelColumnName = columnInference.ColumnInformation.LabelColumnName;
            return own.Regression.Trainers.Sdca(sdcaOption);
        };
        var sdcaSweepableEstimator = ctx.Auto().CreateSweepableEstimator(sdcaFactory, sdcaSearchSpace);
        SweepablePipeline pipeline = ctx.Auto().Featurizer(data, columnInformation: columnInference.ColumnInformation).Append(sdcaSweepableEstimator);
        var monitor = new KeepingMonitor(pipeline);
        AutoMLExperiment experiment = ctx.Auto().CreateExperiment();
        experiment
            .SetPipeline(pipeline)
            .SetRegressionMetric(RegressionMetric.RSquared, labelColumn: columnInference.ColumnInformation.LabelColumnName)
            .SetTrainingTimeInSeconds(60)
            .SetMaxModelToExplore(4)
            .SetDataset(trainValidationData);
        experiment.SetGridSearchTuner();
        experiment.SetMonitor(monitor);

        var cts = new CancellationTokenSource();
        TrialResult experimentResults = await experiment.RunAsync(cts.Token);

        Assert.HasCount(4, monitor.GetCompletedTrials());
        Assert.IsTrue(monitor.GetCompletedTrials().All(t => t.TrialSettings.Parameter["_pipeline_"]["e1"]["BiasLearningRate"].AsType<float>() is >= 0.1f and <= 1f));
        var bestModel = experimentResults.Model;
        var transformedData = bestModel.Transform(trainValidationData.TestSet);
        Assert.IsGreaterThan(0.5, ctx.Regression.Evaluate(transformedData, "fare_amount").RSquared);
    }

    [TestMethod]
    public void Search_spaces_are_nested()
    {
        var searchSpace = new SearchSpace();
        searchSpace["SingleOption"] = new UniformSingleOption(min: -10f, max: 10f, defaultValue: 0f);
        var nestedSearchSpace = new SearchSpace();
        nestedSearchSpace["IntOption"] = new UniformIntOption(min: -10, max: 10, defaultValue: 0);
        searchSpace["Nest"] = nestedSearchSpace;

        Parameter middle = searchSpace.SampleFromFeatureSpace(searchSpace.Default);

        Assert.AreEqual(0f, middle["SingleOption"].AsType<float>(), 1e-6f);
        Assert.AreEqual(0, middle["Nest"]["IntOption"].AsType<int>());
    }

    [TestMethod]
    public async Task Inference_is_corrected_trainers_are_left_out_and_the_log_tells()
    {
        (ColumnInferenceResults columnInference, IDataView data) = Fares();
        columnInference.ColumnInformation.NumericColumnNames.Remove("rate_code");
        columnInference.ColumnInformation.CategoricalColumnNames.Add("rate_code");
        List<string> log = [];
        ctx.Log += (_, e) =>
        {
            if (e.Source.Equals("AutoMLExperiment")) log.Add(e.RawMessage);
        };
        SweepablePipeline pipeline = ctx.Auto().Featurizer(data, columnInformation: columnInference.ColumnInformation)
            .Append(ctx.Auto().Regression(labelColumnName: columnInference.ColumnInformation.LabelColumnName, useLgbm: false));
        var monitor = new KeepingMonitor(pipeline);
        AutoMLExperiment experiment = ctx.Auto().CreateExperiment();
        experiment.SetPipeline(pipeline).SetRegressionMetric(RegressionMetric.RSquared, labelColumn: "fare_amount").SetMaxModelToExplore(3).SetDataset(ctx.Data.TrainTestSplit(data, testFraction: 0.2)).SetMonitor(monitor);
        var checkpointPath = Path.Join(folder, "automl");
        experiment.SetCheckpoint(checkpointPath);

        TrialResult experimentResults = await experiment.RunAsync();

        Assert.IsNotNull(experimentResults.Model);
        Assert.IsNotEmpty(log);
        Assert.IsFalse(monitor.Pipelines.Any(p => p.Contains("LightGbm")), string.Join('\n', monitor.Pipelines));
    }

    [TestMethod]
    public async Task A_trial_runner_builds_fits_and_scores_a_pipeline_by_itself()
    {
        IDataView data = Views.Binary(ctx, 200);
        TrainTestData trainValidationData = ctx.Data.TrainTestSplit(data, testFraction: 0.2);
        var factory = (MLContext own, PassesOption param) => own.Transforms.Text.FeaturizeText("Features", "Kind")
            .Append(own.MulticlassClassification.Trainers.SdcaMaximumEntropy("Class", maximumNumberOfIterations: param.Passes));
        var estimator = ctx.Auto().CreateSweepableEstimator(factory, new SearchSpace<PassesOption>());
        var pipeline = ctx.Transforms.Conversion.MapValueToKey("Class").Append(estimator);
        var runner = new OwnRunner(context: ctx, data: trainValidationData, pipeline: pipeline, labelColumnName: "Class");
        AutoMLExperiment experiment = ctx.Auto().CreateExperiment();
        experiment
            .SetPipeline(pipeline)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Class")
            .SetTrainingTimeInSeconds(120)
            .SetMaxModelToExplore(3)
            .SetDataset(trainValidationData)
            .SetTrialRunner(runner);

        TrialResult result = await experiment.RunAsync(TestContext.CancellationToken);

        Assert.AreEqual(3, runner.Trials);
        Assert.IsGreaterThan(0.3, result.Metric);
        Assert.AreEqual(result.Metric, ctx.MulticlassClassification.Evaluate(result.Model.Transform(trainValidationData.TestSet), "Class").MicroAccuracy, 1e-9);
    }

    /// <summary>A small table with the columns of the how-to's.</summary>
    private (ColumnInferenceResults, IDataView) Fares()
    {
        var dataPath = Path.Combine(folder, "taxi-fare-train.csv");
        Random random = new(1);
        using (StreamWriter writer = new(dataPath))
        {
            writer.WriteLine("vendor_id,rate_code,passenger_count,trip_time_in_secs,trip_distance,payment_type,fare_amount");
            for (int i = 0; i < 300; i++)
            {
                double distance = random.NextDouble() * 10;
                int seconds = (int)(distance * 200) + random.Next(300), code = 1 + random.Next(3);
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(random.Next(2) == 0 ? "CMT" : "VTS")},{code},{1 + random.Next(4)},{seconds},{distance:0.00},{(random.Next(2) == 0 ? "CRD" : "CSH")},{3 + (2.5 * distance) + code:0.00}"));
            }
        }
        ColumnInferenceResults columnInference = ctx.Auto().InferColumns(dataPath, labelColumnName: "fare_amount", groupColumns: false);
        TextLoader loader = ctx.Data.CreateTextLoader(columnInference.TextLoaderOptions);
        return (columnInference, loader.Load(dataPath));
    }

    public class SdcaExtendedOption : SdcaOption
    {
        // Where the how-to starts, outside the range, is where it starts here: at the range's lower end.
        [Range(0.10f, 1f, 0.01f)]
        public float BiasLearningRate { get; set; }
    }

    public class PassesOption
    {
        [Range(64, 128, 32)]
        public int Passes { get; set; }
    }

    private sealed class KeepingMonitor(SweepablePipeline pipeline) : IMonitor
    {
        private readonly List<TrialResult> _completedTrials = [];

        public List<string> Pipelines { get; } = [];

        public IEnumerable<TrialResult> GetCompletedTrials() => _completedTrials;

        public void ReportBestTrial(TrialResult result) { }

        public void ReportCompletedTrial(TrialResult result)
        {
            Pipelines.Add(pipeline.ToString(result.TrialSettings.Parameter));
            _completedTrials.Add(result);
        }

        public void ReportFailTrial(TrialSettings settings, Exception exception = null) => Assert.Fail($"trial {settings.TrialId}: {exception}");

        public void ReportRunningTrial(TrialSettings setting) { }
    }

    private sealed class OwnRunner(MLContext context, TrainTestData data, SweepablePipeline pipeline, string labelColumnName = "Label") : ITrialRunner
    {
        public int Trials { get; private set; }

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) => Task.Run(() => Run(settings), ct);

        public void Dispose() { }

        private TrialResult Run(TrialSettings settings)
        {
            Trials++;
            var stopWatch = Stopwatch.StartNew();
            var parameter = settings.Parameter["_pipeline_"];
            var model = pipeline.BuildFromOption(context, parameter).Fit(data.TrainSet);
            var metrics = context.MulticlassClassification.Evaluate(model.Transform(data.TestSet), labelColumnName: labelColumnName);
            return new TrialResult() { Metric = metrics.MicroAccuracy, Model = model, TrialSettings = settings, DurationInMilliseconds = stopWatch.ElapsedMilliseconds };
        }
    }
}
