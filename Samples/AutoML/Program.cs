using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.AutoSearch;

// The calls of ML.NET's AutoML, with this namespace in place of its own; what searches is mlpipes.
MLContext mlContext = new(seed: 1);
string trainPath = Unpacked("train"), testPath = Unpacked("test");
ColumnInferenceResults inferred = mlContext.Auto().InferColumns(trainPath, labelColumnName: "class", groupColumns: false);
TextLoader loader = mlContext.Data.CreateTextLoader(inferred.TextLoaderOptions);

// ML.NET's evaluators of two classes read a truth value.
var toTruth = mlContext.Transforms.Conversion.MapValue("class", new Dictionary<string, bool> { ["good"] = true, ["bad"] = false }, "class").Fit(loader.Load(trainPath));
IDataView train = toTruth.Transform(loader.Load(trainPath)), test = toTruth.Transform(loader.Load(testPath));

SweepablePipeline pipeline = mlContext.Auto().Featurizer(train, columnInformation: inferred.ColumnInformation)
    .Append(mlContext.Auto().BinaryClassification(labelColumnName: inferred.ColumnInformation.LabelColumnName));
AutoMLExperiment experiment = mlContext.Auto().CreateExperiment();
experiment
    .SetPipeline(pipeline)
    .SetBinaryClassificationMetric(BinaryClassificationMetric.AreaUnderRocCurve, labelColumn: "class")
    .SetTrainingTimeInSeconds(60)
    .SetMaxModelToExplore(6)
    .SetDataset(mlContext.Data.TrainTestSplit(train, testFraction: 0.2))
    .SetMonitor(new PrintingMonitor(pipeline));
TrialResult result = await experiment.RunAsync();
Console.WriteLine($"experiment: AUC {result.Metric:F3} while searching, {Auc(result.Model):F3} on the test file");

ExperimentResult<BinaryClassificationMetrics> classic = mlContext.Auto()
    .CreateBinaryClassificationExperiment(new BinaryExperimentSettings { MaxModels = 4, OptimizingMetric = BinaryClassificationMetric.AreaUnderRocCurve })
    .Execute(train, inferred.ColumnInformation, progressHandler: new PrintingProgress());
Console.WriteLine($"classic: {classic.BestRun.TrainerName}, AUC {Auc(classic.BestRun.Model):F3} on the test file");

double Auc(ITransformer model) => mlContext.BinaryClassification.Evaluate(model.Transform(test), labelColumnName: "class").AreaUnderRocCurve;

// ML.NET's loader reads plain text only.
static string Unpacked(string part)
{
    string path = Path.Combine(Directory.CreateTempSubdirectory("credit_g-").FullName, $"{part}.csv");
    using GZipStream packed = new(File.OpenRead($"Samples/data/credit_g/{part}.csv.gz"), CompressionMode.Decompress);
    using FileStream plain = File.Create(path);
    packed.CopyTo(plain);
    return path;
}

internal sealed class PrintingMonitor(SweepablePipeline pipeline) : IMonitor
{
    public void ReportRunningTrial(TrialSettings setting) { }

    public void ReportCompletedTrial(TrialResult result) =>
        Console.WriteLine($"trial {result.TrialSettings.TrialId}: {result.Metric:F3} by {pipeline.ToString(result.TrialSettings.Parameter)}");

    public void ReportBestTrial(TrialResult result) { }

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => Console.WriteLine($"trial {settings.TrialId}: {exception?.Message}");
}

internal sealed class PrintingProgress : IProgress<RunDetail<BinaryClassificationMetrics>>
{
    public void Report(RunDetail<BinaryClassificationMetrics> value) => Console.WriteLine($"run of {value.TrainerName}: {value.ValidationMetrics?.AreaUnderRocCurve:F3}");
}
