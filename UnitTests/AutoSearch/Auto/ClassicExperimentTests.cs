using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.AutoSearch;

namespace MLPipes.Tests.Auto;

[TestClass]
public sealed class ClassicExperimentTests
{
    private static readonly MLContext context = new(1);

    [TestMethod]
    public void Two_classes_end_in_a_model_that_ML_NET_evaluates_and_predicts_with()
    {
        IDataView train = Views.Binary(context, 240), test = Views.Binary(context, 120, seed: 4);
        List<RunDetail<BinaryClassificationMetrics>> told = [];
        BinaryExperimentSettings settings = new() { MaxModels = 6, OptimizingMetric = BinaryClassificationMetric.AreaUnderRocCurve };
        ColumnInformation columns = new() { LabelColumnName = "IsDear" };
        foreach (string name in (string[])["Price", "Class", "Group"]) columns.IgnoredColumnNames.Add(name);

        ExperimentResult<BinaryClassificationMetrics> result = context.Auto().CreateBinaryClassificationExperiment(settings)
            .Execute(train, columns, progressHandler: new Telling<RunDetail<BinaryClassificationMetrics>>(told.Add));

        Assert.HasCount(6, told);
        Assert.AreEqual(6, result.RunDetails.Count());
        Assert.IsGreaterThan(0.85, result.BestRun.ValidationMetrics.AreaUnderRocCurve);
        BinaryClassificationMetrics tested = context.BinaryClassification.Evaluate(result.BestRun.Model.Transform(test), "IsDear");
        Assert.IsGreaterThan(0.85, tested.AreaUnderRocCurve);
        PredictionEngine<HouseRow, DearPrediction> engine = context.Model.CreatePredictionEngine<HouseRow, DearPrediction>(result.BestRun.Model);
        DearPrediction dear = engine.Predict(new HouseRow { Size = 4, Age = 1, Kind = "loft" });
        Assert.IsTrue(dear.PredictedLabel && dear.Probability > 0.5f);
        RunDetail<BinaryClassificationMetrics> best = result.RunDetails.Best(BinaryClassificationMetric.AreaUnderRocCurve);
        Assert.IsGreaterThan(0.8, context.BinaryClassification.Evaluate(best.Model.Transform(test), "IsDear").AreaUnderRocCurve);
    }

    [TestMethod]
    public void Several_classes_as_text_need_no_mapping()
    {
        IDataView train = Views.Binary(context, 240);
        ColumnInformation columns = new() { LabelColumnName = "Class" };
        foreach (string name in (string[])["Price", "IsDear", "Group"]) columns.IgnoredColumnNames.Add(name);

        ExperimentResult<MulticlassClassificationMetrics> result = context.Auto()
            .CreateMulticlassClassificationExperiment(new MulticlassExperimentSettings { MaxModels = 5 }).Execute(train, columns);

        string all = string.Join("; ", result.RunDetails.Select(r => $"{r.TrainerName} {r.ValidationMetrics?.MicroAccuracy} {r.Exception?.Message}"));
        Assert.IsGreaterThan(0.7, result.BestRun.ValidationMetrics.MicroAccuracy, all);
        Assert.AreEqual(1, result.BestRun.ValidationMetrics.TopKAccuracy, 1e-9);
        string[] predicted = [.. result.BestRun.Model.Transform(train).GetColumn<string>("PredictedLabel").Distinct()];
        CollectionAssert.IsSubsetOf(predicted, new[] { "low", "mid", "high" });
    }

    [TestMethod]
    public void Several_classes_as_keys_give_keys_that_ML_NET_evaluates()
    {
        IDataView rows = Views.Binary(context, 240);
        IDataView train = context.Transforms.Conversion.MapValueToKey("Class").Fit(rows).Transform(rows);
        ColumnInformation columns = new() { LabelColumnName = "Class" };
        foreach (string name in (string[])["Price", "IsDear", "Group"]) columns.IgnoredColumnNames.Add(name);

        ExperimentResult<MulticlassClassificationMetrics> result = context.Auto()
            .CreateMulticlassClassificationExperiment(new MulticlassExperimentSettings { MaxModels = 5, OptimizingMetric = MulticlassClassificationMetric.LogLoss }).Execute(train, columns);

        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(result.BestRun.Model.Transform(train), "Class");
        Assert.IsGreaterThan(0.7, metrics.MicroAccuracy);
        Assert.IsLessThan(0.7, metrics.LogLoss);
    }

    [TestMethod]
    public void Numbers_are_scored_on_the_validation_rows_that_were_given()
    {
        IDataView train = Views.Binary(context, 200), validation = Views.Binary(context, 100, seed: 9);
        ColumnInformation columns = new() { LabelColumnName = "Price" };
        foreach (string name in (string[])["IsDear", "Class", "Group"]) columns.IgnoredColumnNames.Add(name);

        ExperimentResult<RegressionMetrics> result = context.Auto().CreateRegressionExperiment(new RegressionExperimentSettings { MaxModels = 6 })
            .Execute(train, validation, columns);

        RegressionMetrics own = context.Regression.Evaluate(result.BestRun.Model.Transform(validation), "Price");
        Assert.IsGreaterThan(0.8, own.RSquared);
        Assert.IsGreaterThan(0.8, result.BestRun.ValidationMetrics.RSquared);
    }

    [TestMethod]
    public void Cross_validation_has_metrics_of_every_fold()
    {
        ColumnInformation columns = new() { LabelColumnName = "Price", SamplingKeyColumnName = "Group" };
        foreach (string name in (string[])["IsDear", "Class"]) columns.IgnoredColumnNames.Add(name);

        CrossValidationExperimentResult<RegressionMetrics> result = context.Auto().CreateRegressionExperiment(new RegressionExperimentSettings { MaxModels = 4 })
            .Execute(Views.Binary(context, 170), 4, columns);

        Assert.AreEqual(4, result.BestRun.Results.Count());
        Assert.IsTrue(result.BestRun.Results.All(f => f.ValidationMetrics.RSquared > 0.5));
        Assert.IsNotNull(result.RunDetails.Best());
    }

    [TestMethod]
    public void Trainers_that_were_taken_out_are_not_used()
    {
        RegressionExperimentSettings settings = new() { MaxModels = 6 };
        settings.Trainers.Clear();
        settings.Trainers.Add(RegressionTrainer.StochasticDualCoordinateAscent);
        ColumnInformation columns = new() { LabelColumnName = "Price" };
        foreach (string name in (string[])["IsDear", "Class", "Group"]) columns.IgnoredColumnNames.Add(name);

        ExperimentResult<RegressionMetrics> result = context.Auto().CreateRegressionExperiment(settings).Execute(Views.Binary(context, 150), columns);

        Assert.AreEqual("SdcaLinearRegression", result.RunDetails.Select(r => r.TrainerName).Distinct().Single());
    }
}

internal sealed class Telling<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
