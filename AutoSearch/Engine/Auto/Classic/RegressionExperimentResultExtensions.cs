using Microsoft.ML.Data;

namespace MLPipes.AutoSearch;

/// <summary>The best of several runs.</summary>
public static class RegressionExperimentResultExtensions
{
    /// <summary>The run with the best <paramref name="metric"/>.</summary>
    /// <exception cref="StudyException">No run succeeded.</exception>
    public static RunDetail<RegressionMetrics> Best(this IEnumerable<RunDetail<RegressionMetrics>> results, RegressionMetric metric = RegressionMetric.RSquared) =>
        results.Where(r => r.ValidationMetrics is not null).MinBy(r => LossOf(r.ValidationMetrics!, metric)) ?? throw new StudyException("No run succeeded.");

    /// <summary>The run with the best <paramref name="metric"/>, averaged over its folds.</summary>
    /// <exception cref="StudyException">No run succeeded.</exception>
    public static CrossValidationRunDetail<RegressionMetrics> Best(this IEnumerable<CrossValidationRunDetail<RegressionMetrics>> results, RegressionMetric metric = RegressionMetric.RSquared) =>
        results.Where(r => r.Results.Any(f => f.ValidationMetrics is not null)).MinBy(r => r.Results.Where(f => f.ValidationMetrics is not null).Average(f => LossOf(f.ValidationMetrics!, metric)))
            ?? throw new StudyException("No run succeeded.");

    private static double LossOf(RegressionMetrics m, RegressionMetric metric) => metric switch
    {
        RegressionMetric.MeanAbsoluteError => m.MeanAbsoluteError,
        RegressionMetric.MeanSquaredError => m.MeanSquaredError,
        RegressionMetric.RootMeanSquaredError => m.RootMeanSquaredError,
        RegressionMetric.RSquared => -m.RSquared,
        _ => throw new OptionsException("metric", [$"{metric} is no RegressionMetric."]),
    };
}
