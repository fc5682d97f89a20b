using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>The best of several runs.</summary>
public static class MulticlassClassificationExperimentResultExtensions
{
    /// <summary>The run with the best <paramref name="metric"/>.</summary>
    /// <exception cref="StudyException">No run succeeded.</exception>
    public static RunDetail<MulticlassClassificationMetrics> Best(this IEnumerable<RunDetail<MulticlassClassificationMetrics>> results, MulticlassClassificationMetric metric = MulticlassClassificationMetric.MicroAccuracy) =>
        results.Where(r => r.ValidationMetrics is not null).MinBy(r => LossOf(r.ValidationMetrics!, metric)) ?? throw new StudyException("No run succeeded.");

    /// <summary>The run with the best <paramref name="metric"/>, averaged over its folds.</summary>
    /// <exception cref="StudyException">No run succeeded.</exception>
    public static CrossValidationRunDetail<MulticlassClassificationMetrics> Best(this IEnumerable<CrossValidationRunDetail<MulticlassClassificationMetrics>> results, MulticlassClassificationMetric metric = MulticlassClassificationMetric.MicroAccuracy) =>
        results.Where(r => r.Results.Any(f => f.ValidationMetrics is not null)).MinBy(r => r.Results.Where(f => f.ValidationMetrics is not null).Average(f => LossOf(f.ValidationMetrics!, metric)))
            ?? throw new StudyException("No run succeeded.");

    private static double LossOf(MulticlassClassificationMetrics m, MulticlassClassificationMetric metric) => metric switch
    {
        MulticlassClassificationMetric.MicroAccuracy => -m.MicroAccuracy,
        MulticlassClassificationMetric.MacroAccuracy => -m.MacroAccuracy,
        MulticlassClassificationMetric.LogLoss => m.LogLoss,
        MulticlassClassificationMetric.LogLossReduction => -m.LogLossReduction,
        MulticlassClassificationMetric.TopKAccuracy => -m.TopKAccuracy,
        _ => throw new OptionsException("metric", [$"{metric} is no MulticlassClassificationMetric."]),
    };
}
