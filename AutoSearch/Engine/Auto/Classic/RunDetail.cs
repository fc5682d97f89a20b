using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>One run of an experiment.</summary>
public abstract class RunDetail
{
    private protected RunDetail(string trainerName, double seconds, IEstimator<ITransformer>? estimator) => (TrainerName, RuntimeInSeconds, Estimator) = (trainerName, seconds, estimator);

    /// <summary>The trainer, or the members of an ensemble.</summary>
    public string TrainerName { get; }

    /// <summary>Seconds of fitting and scoring, summed over folds.</summary>
    public double RuntimeInSeconds { get; }

    /// <summary>The run's pipeline, unfitted; null where it never came to one.</summary>
    public IEstimator<ITransformer>? Estimator { get; }
}

/// <summary>One run of an experiment, scored on rows that its models were not fitted on.</summary>
public sealed class RunDetail<TMetrics> : RunDetail where TMetrics : class
{
    private readonly Lazy<ITransformer>? model;
    private readonly Lazy<TMetrics>? metrics;

    internal RunDetail(string trainerName, double seconds, IEstimator<ITransformer>? estimator, Func<ITransformer>? model, Func<TMetrics>? metrics, Exception? exception) : base(trainerName, seconds, estimator)
    {
        this.model = model is null ? null : new Lazy<ITransformer>(model);
        this.metrics = metrics is null ? null : new Lazy<TMetrics>(metrics);
        Exception = exception;
    }

    /// <summary>Metrics over all rows that were held out of some fit; null where the run failed.</summary>
    public TMetrics ValidationMetrics => metrics?.Value!;

    /// <summary>The model; of other runs than the best it is fitted, on all rows, when first asked for. Null where the run failed.</summary>
    public ITransformer Model => model?.Value!;

    /// <summary>Why the run failed or was given up; null where it did not.</summary>
    public Exception? Exception { get; }
}
