using Microsoft.ML;

namespace MLPipes.AutoSearch;

/// <summary>One run of a cross-validated experiment.</summary>
public sealed class CrossValidationRunDetail<TMetrics> : RunDetail where TMetrics : class
{
    internal CrossValidationRunDetail(string trainerName, double seconds, IEstimator<ITransformer>? estimator, IReadOnlyList<TrainResult<TMetrics>> results) : base(trainerName, seconds, estimator) => Results = results;

    /// <summary>The folds.</summary>
    public IEnumerable<TrainResult<TMetrics>> Results { get; }
}

/// <summary>One fold of a run.</summary>
public sealed class TrainResult<TMetrics> where TMetrics : class
{
    private readonly Lazy<TMetrics>? metrics;
    private readonly Lazy<ITransformer>? model;

    internal TrainResult(Func<TMetrics>? metrics, Func<ITransformer>? model, Exception? exception)
    {
        this.metrics = metrics is null ? null : new Lazy<TMetrics>(metrics);
        this.model = model is null ? null : new Lazy<ITransformer>(model);
        Exception = exception;
    }

    /// <summary>Metrics on the fold's own rows; null where it failed.</summary>
    public TMetrics ValidationMetrics => metrics?.Value!;

    /// <summary>The fold's model, fitted when first asked for where it was not kept; null where it failed.</summary>
    public ITransformer Model => model?.Value!;

    /// <summary>Why it failed; null where it did not.</summary>
    public Exception? Exception { get; }
}
