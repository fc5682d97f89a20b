using System.Numerics.Tensors;

namespace MLPipes.Pipelines;

/// <summary>A metric's formula over valid input.</summary>
/// <param name="truth">[rows]: class indices or numbers; at least one row.</param>
/// <param name="predictions">[rows × outputs], without NaN.</param>
/// <param name="classes">Number of classes; 0 for a regression.</param>
/// <param name="weights">[rows]; empty for equal weights.</param>
internal delegate double MetricFunction(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights);

/// <summary>Every metric with its names, in the order of reports.</summary>
internal static class MetricTable
{
    private static readonly MLTask[] binary = [MLTask.Binary];
    private static readonly MLTask[] multiclass = [MLTask.Multiclass];
    private static readonly MLTask[] classes = [MLTask.Binary, MLTask.Multiclass];
    private static readonly MLTask[] numbers = [MLTask.Regression];

    public static Metric[] Rows { get; } =
    [
        new("auc", "area under the ROC curve; for several classes the mean of one against the rest", true, RankingMetrics.AucOfTask, classes, ["roc_auc", "area_under_roc_curve", "roc_auc_ovr"]),
        new("auprc", "area under the precision-recall curve (average precision); for several classes the mean of one against the rest", true, RankingMetrics.AveragePrecisionOfTask, classes, ["pr_auc", "average_precision", "area_under_precision_recall_curve"]),
        new("logloss", "mean negative log-likelihood of the true class, natural logarithm", false, ProbabilityMetrics.LogLoss, classes, ["log_loss", "cross_entropy", "neg_log_loss"]),
        new("accuracy", "share of rows whose likeliest class is the true one", true, Counted(c => c.Accuracy), classes, ["acc", "micro_accuracy"], usesThreshold: true),
        new("balanced_accuracy", "mean recall of the classes that occur", true, Counted(c => c.BalancedAccuracy), classes, ["macro_accuracy"], usesThreshold: true),
        new("f1", "F1 of the positive class", true, Counted(c => c.F1(1)), binary, ["f1_score", "f1_binary"], usesThreshold: true),
        new("f1_macro", "mean F1 of the classes", true, Counted(c => c.F1Macro), classes, ["macro_f1", "f1"], usesThreshold: true),
        new("f1_micro", "F1 of all classes' counts together", true, Counted(c => c.Accuracy), multiclass, ["micro_f1"], usesThreshold: true),
        new("f1_weighted", "mean F1 of the classes, each by its rows", true, Counted(c => c.F1Weighted), classes, ["weighted_f1"], usesThreshold: true),
        new("precision", "share of rows said to be positive that are", true, Counted(c => c.Precision(1)), binary, ["positive_precision"], usesThreshold: true),
        new("recall", "share of positive rows that are found", true, Counted(c => c.Recall(1)), binary, ["positive_recall", "sensitivity"], usesThreshold: true),
        new("negative_precision", "share of rows said to be negative that are", true, Counted(c => c.Precision(0)), binary, ["npv"], usesThreshold: true),
        new("negative_recall", "share of negative rows that are found", true, Counted(c => c.Recall(0)), binary, ["specificity"], usesThreshold: true),
        new("top3_accuracy", "share of rows whose true class is among the three likeliest", true, RankingMetrics.TopAccuracy, [MLTask.Multiclass], ["top_k_accuracy"]),
        new("mcc", "Matthews correlation coefficient", true, Counted(c => c.Mcc), classes, ["matthews_corrcoef", "matthews"], usesThreshold: true),
        new("brier", "mean squared distance of the probabilities from the truth", false, ProbabilityMetrics.Brier, classes, ["brier_score", "brier_score_loss"]),
        new("ece", "expected calibration error over 15 bins of equal width", false, (truth, predictions, k, weights) => ProbabilityMetrics.CalibrationError(truth, predictions, k, weights), classes, ["expected_calibration_error", "calibration_error"]),
        new("rmse", "root of the mean squared error", false, RegressionMetrics.Rmse, numbers, ["root_mean_squared_error"]),
        new("mae", "mean absolute error", false, RegressionMetrics.Mae, numbers, ["mean_absolute_error", "l1"]),
        new("mape", "mean absolute error as a share of the label", false, RegressionMetrics.Mape, numbers, ["mean_absolute_percentage_error"]),
        new("r2", "share of the label's variance that is explained", true, RegressionMetrics.R2, numbers, ["r_squared", "rsquared"]),
    ];

    public static bool ContainsNaN(this ReadOnlySpan<float> values)
    {
        // A sum is NaN if any term is, or if infinities of both signs meet; only then look at each.
        if (!float.IsNaN(TensorPrimitives.Sum(values))) return false;
        foreach (float value in values) if (float.IsNaN(value)) return true;
        return false;
    }

    private static MetricFunction Counted(Func<ConfusionMatrix, double> figure) =>
        (truth, predictions, k, weights) => figure(ConfusionMatrix.Of(truth, predictions, k, weights));
}
