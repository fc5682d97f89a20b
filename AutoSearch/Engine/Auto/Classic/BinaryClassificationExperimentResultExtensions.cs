using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>The best of several runs.</summary>
public static class BinaryClassificationExperimentResultExtensions
{
    /// <summary>The run with the best <paramref name="metric"/>.</summary>
    /// <exception cref="StudyException">No run succeeded.</exception>
    public static RunDetail<BinaryClassificationMetrics> Best(this IEnumerable<RunDetail<BinaryClassificationMetrics>> results, BinaryClassificationMetric metric = BinaryClassificationMetric.Accuracy) =>
        results.Where(r => r.ValidationMetrics is not null).MinBy(r => LossOf(r.ValidationMetrics!, metric)) ?? throw new StudyException("No run succeeded.");

    /// <summary>The run with the best <paramref name="metric"/>, averaged over its folds.</summary>
    /// <exception cref="StudyException">No run succeeded.</exception>
    public static CrossValidationRunDetail<BinaryClassificationMetrics> Best(this IEnumerable<CrossValidationRunDetail<BinaryClassificationMetrics>> results, BinaryClassificationMetric metric = BinaryClassificationMetric.Accuracy) =>
        results.Where(r => r.Results.Any(f => f.ValidationMetrics is not null)).MinBy(r => r.Results.Where(f => f.ValidationMetrics is not null).Average(f => LossOf(f.ValidationMetrics!, metric)))
            ?? throw new StudyException("No run succeeded.");

    private static double LossOf(BinaryClassificationMetrics m, BinaryClassificationMetric metric) => metric switch
    {
        BinaryClassificationMetric.Accuracy => -m.Accuracy,
        BinaryClassificationMetric.AreaUnderRocCurve => -m.AreaUnderRocCurve,
        BinaryClassificationMetric.AreaUnderPrecisionRecallCurve => -m.AreaUnderPrecisionRecallCurve,
        BinaryClassificationMetric.F1Score => -m.F1Score,
        BinaryClassificationMetric.PositivePrecision => -m.PositivePrecision,
        BinaryClassificationMetric.PositiveRecall => -m.PositiveRecall,
        BinaryClassificationMetric.NegativePrecision => -m.NegativePrecision,
        BinaryClassificationMetric.NegativeRecall => -m.NegativeRecall,
        _ => throw new OptionsException("metric", [$"{metric} is no BinaryClassificationMetric."]),
    };
}
