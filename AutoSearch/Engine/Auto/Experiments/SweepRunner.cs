using System.Diagnostics;
using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Runs trials of pipelines with estimators of any kind: fits them by ML.NET on each fold, or on the training rows, and evaluates by ML.NET.</summary>
internal sealed class SweepRunner(SweepablePipeline pipeline, ExperimentData data, ExperimentMetric metric, int seed) : ITrialRunner
{
    private readonly Lazy<(IDataView Train, IDataView Test)[]> parts = new(() => Divide(data, seed));

    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) => Task.Factory.StartNew(() => Run(settings, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The pipeline of a trial fitted on all rows to learn from.</summary>
    public ITransformer Refit(Parameter parameter, CancellationToken ct) => Fitting(settings: null, ct, context => pipeline.BuildFromOption(context, parameter).Fit(data.Train));

    public void Dispose() { }

    private TrialResult Run(TrialSettings settings, CancellationToken ct)
    {
        long began = Stopwatch.GetTimestamp();
        return Fitting(settings, ct, context =>
        {
            List<double> values = [];
            ITransformer? first = null;
            foreach ((IDataView train, IDataView test) in parts.Value)
            {
                ct.ThrowIfCancellationRequested();
                ITransformer model = pipeline.BuildFromOption(context, settings.Parameter).Fit(train);
                ct.ThrowIfCancellationRequested();
                first ??= model;
                values.Add(metric.OfView(context, model.Transform(test)));
            }
            double value = values.Average();
            return new TrialResult { TrialSettings = settings, Model = first!, Metric = value, Loss = metric.LossOf(value), DurationInMilliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds };
        });
    }

    /// <summary>ML.NET's way to end a fit is to end its context, for good: each trial has one of its own.</summary>
    private T Fitting<T>(TrialSettings? settings, CancellationToken ct, Func<MLContext, T> fit)
    {
        MLContext context = new(TrialPlan.SeedOf(seed, (settings?.TrialId ?? -1) + 1));
        using CancellationTokenRegistration ending = ct.Register(() => MLNetInterop.Cancel(context));
        try
        {
            return fit(context);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
    }

    private static (IDataView, IDataView)[] Divide(ExperimentData data, int seed)
    {
        if (data.Validation is { } validation) return [(data.Train, validation)];
        MLContext context = new(seed);
        return [.. context.Data.CrossValidationSplit(data.Train, data.Folds > 0 ? data.Folds : 5, data.SamplingKey, seed).Select(f => (f.TrainSet, f.TestSet))];
    }
}
