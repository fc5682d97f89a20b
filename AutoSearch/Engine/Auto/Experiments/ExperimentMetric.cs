using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>A metric of ML.NET's AutoML: which of our metrics ranks trials the same way, and its value from ours.</summary>
/// <param name="Task">What is predicted.</param>
/// <param name="Name">Its name.</param>
/// <param name="Key">The key of our metric.</param>
/// <param name="IsMaximize">Whether more is better.</param>
/// <param name="Label">The label's column.</param>
/// <param name="OfView">Its value on predicted rows.</param>
/// <param name="OfOurs">Its value from our metric's, where it is not the same.</param>
internal sealed record ExperimentMetric(MLTask Task, string Name, string Key, bool IsMaximize, string Label, Func<MLContext, IDataView, double> OfView,
    Func<double, Target, double>? OfOurs = null)
{
    public const int TopK = 3;

    public static ExperimentMetric Of(BinaryClassificationMetric metric, string label, string predicted = "PredictedLabel")
    {
        (string key, Func<BinaryClassificationMetrics, double> value) = metric switch
        {
            BinaryClassificationMetric.Accuracy => ("accuracy", (Func<BinaryClassificationMetrics, double>)(m => m.Accuracy)),
            BinaryClassificationMetric.AreaUnderRocCurve => ("auc", m => m.AreaUnderRocCurve),
            BinaryClassificationMetric.AreaUnderPrecisionRecallCurve => ("auprc", m => m.AreaUnderPrecisionRecallCurve),
            BinaryClassificationMetric.F1Score => ("f1", m => m.F1Score),
            BinaryClassificationMetric.PositivePrecision => ("precision", m => m.PositivePrecision),
            BinaryClassificationMetric.PositiveRecall => ("recall", m => m.PositiveRecall),
            BinaryClassificationMetric.NegativePrecision => ("negative_precision", m => m.NegativePrecision),
            BinaryClassificationMetric.NegativeRecall => ("negative_recall", m => m.NegativeRecall),
            _ => throw Unknown(metric),
        };
        return new ExperimentMetric(MLTask.Binary, metric.ToString(), key, true, label,
            (context, view) => value(context.BinaryClassification.EvaluateNonCalibrated(view, label, predictedLabelColumnName: predicted)));
    }

    public static ExperimentMetric Of(MulticlassClassificationMetric metric, string label, string predicted = "PredictedLabel")
    {
        (string key, bool isMaximize, Func<MulticlassClassificationMetrics, double> value) = metric switch
        {
            MulticlassClassificationMetric.MicroAccuracy => ("accuracy", true, (Func<MulticlassClassificationMetrics, double>)(m => m.MicroAccuracy)),
            MulticlassClassificationMetric.MacroAccuracy => ("balanced_accuracy", true, m => m.MacroAccuracy),
            MulticlassClassificationMetric.LogLoss => ("logloss", false, m => m.LogLoss),
            MulticlassClassificationMetric.LogLossReduction => ("logloss", true, m => m.LogLossReduction),
            MulticlassClassificationMetric.TopKAccuracy => ("top3_accuracy", true, m => m.TopKAccuracy),
            _ => throw Unknown(metric),
        };
        int topK = metric == MulticlassClassificationMetric.TopKAccuracy ? TopK : 0;
        return new ExperimentMetric(MLTask.Multiclass, metric.ToString(), key, isMaximize, label,
            (context, view) => value(context.MulticlassClassification.Evaluate(view, label, predictedLabelColumnName: predicted, topKPredictionCount: topK)),
            metric == MulticlassClassificationMetric.LogLossReduction ? (loss, target) => 1 - (loss / PriorLogLoss(target)) : null);
    }

    public static ExperimentMetric Of(RegressionMetric metric, string label, string score = "Score")
    {
        (string key, bool isMaximize, Func<RegressionMetrics, double> value) = metric switch
        {
            RegressionMetric.MeanAbsoluteError => ("mae", false, (Func<RegressionMetrics, double>)(m => m.MeanAbsoluteError)),
            RegressionMetric.MeanSquaredError => ("rmse", false, m => m.MeanSquaredError),
            RegressionMetric.RootMeanSquaredError => ("rmse", false, m => m.RootMeanSquaredError),
            RegressionMetric.RSquared => ("r2", true, m => m.RSquared),
            _ => throw Unknown(metric),
        };
        return new ExperimentMetric(MLTask.Regression, metric.ToString(), key, isMaximize, label, (context, view) => value(context.Regression.Evaluate(view, label, score)),
            metric == RegressionMetric.MeanSquaredError ? (rmse, _) => rmse * rmse : null);
    }

    /// <summary>The value behind a value of our metric.</summary>
    public double ValueOf(double ours, Target target) => OfOurs is { } convert ? convert(ours, target) : ours;

    /// <summary>What is minimised for a value of it.</summary>
    public double LossOf(double value) => IsMaximize ? -value : value;

    /// <summary>The log-loss of predicting each class's share.</summary>
    private static double PriorLogLoss(Target target)
    {
        double[] counts = new double[target.Classes.Count];
        foreach (float value in target.Values) counts[(int)value]++;
        return -counts.Where(c => c > 0).Sum(c => c / target.Count * Math.Log(c / target.Count));
    }

    private static OptionsException Unknown<T>(T metric) where T : struct, Enum => new("metric", [$"{metric} is no {typeof(T).Name}."]);
}
