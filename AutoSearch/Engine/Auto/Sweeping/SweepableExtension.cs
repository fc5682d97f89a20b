using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>Joins estimators and sweepable ones to pipelines.</summary>
public static class SweepableExtension
{
    /// <summary>Both, one behind the other.</summary>
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, SweepableEstimator next) => Begin(estimator).Append(next);

    /// <summary>Both, one behind the other.</summary>
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, SweepablePipeline pipeline) => Begin(estimator).Append(pipeline);

    /// <summary>The estimator and behind it one of <paramref name="estimators"/>.</summary>
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, params SweepableEstimator[] estimators) => Begin(estimator).Append(estimators);

    /// <summary>Both, one behind the other.</summary>
    public static SweepablePipeline Append(this SweepablePipeline pipeline, IEstimator<ITransformer> estimator) => pipeline.Append(SweepableEstimator.Fixed(estimator));

    /// <summary>Both, one behind the other.</summary>
    public static SweepablePipeline Append(this SweepableEstimator estimator, SweepablePipeline pipeline) => new SweepablePipeline().Append(estimator).Append(pipeline);

    /// <summary>Both, one behind the other.</summary>
    public static SweepablePipeline Append(this SweepableEstimator estimator, IEstimator<ITransformer> next) => new SweepablePipeline().Append(estimator).Append(next);

    /// <summary>The estimator and behind it one of <paramref name="estimators"/>.</summary>
    public static SweepablePipeline Append(this SweepableEstimator estimator, params SweepableEstimator[] estimators) => new SweepablePipeline().Append(estimator).Append(estimators);

    private static SweepablePipeline Begin(IEstimator<ITransformer> estimator) =>
        // An empty chain is a way to begin a pipeline in ML.NET, and no step.
        estimator is Microsoft.ML.Data.EstimatorChain<ITransformer> { LastEstimator: null } ? new SweepablePipeline() : new SweepablePipeline().Append(SweepableEstimator.Fixed(estimator));
}
