using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Runs an ML.NET trainer under our contract: seeded, silent, ended by cancellation and deadline, errors of our family.</summary>
/// <remarks>
/// Two ways end a fit, whichever comes first: the view that ML.NET reads raises <see cref="OperationCanceledException"/> when it is
/// read on, and ML.NET's own hosts are told to stop.
/// </remarks>
internal static class MLNetFit
{
    // Longer waits than a timer can hold are no limit.
    private static readonly TimeSpan longestTimer = TimeSpan.FromDays(40);

    // FastTree's threads and timers are static and ML.NET trains under one lock, which knows no cancellation: wait out here instead.
    private static readonly SemaphoreSlim alone = new(1, 1);

    public static IModel Run(IMLNetTrainer trainer, TrainingSet data, FitContext context)
    {
        string name = trainer.GetType().Name;
        using CancellationTokenSource clock = new(Timeout.InfiniteTimeSpan, context.Time);
        if (context.TimeLeft is { } left)
        {
            if (left <= TimeSpan.Zero) throw OutOfTime(name);
            if (left < longestTimer) clock.CancelAfter(left);
        }
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancel, clock.Token);
        MLContext ml = new(context.Seed);
        using CancellationTokenRegistration registration = stop.Token.Register(() => MLNetInterop.Cancel(ml));
        try
        {
            FeatureView view = trainer.View(data, stop.Token);
            ITransformer fitted = Train(trainer, ml, view, context);
            stop.Token.ThrowIfCancellationRequested();
            return trainer.Convert(fitted, view, context);
        }
        catch (Exception error) when (stop.IsCancellationRequested && IsStop(error))
        {
            context.Cancel.ThrowIfCancellationRequested();
            throw OutOfTime(name);
        }
        // What ML.NET raises about the data it was given; anything else is a fault of ours and passes through.
        catch (Exception error) when (error is InvalidOperationException or ArgumentException && error.Source?.StartsWith("Microsoft.ML", StringComparison.Ordinal) == true)
        {
            throw new TrainingException(name, $"ML.NET can't learn from this data: {error.Message}", error);
        }
    }

    internal static ITransformer Train(IMLNetTrainer trainer, MLContext ml, FeatureView view, FitContext context)
    {
        if (!trainer.RunsAlone) return trainer.Train(ml, view, context);
        alone.Wait(view.Stop);
        try
        {
            return trainer.Train(ml, view, context);
        }
        finally
        {
            alone.Release();
        }
    }

    private static bool IsStop(Exception error) => error is OperationCanceledException
        || (error is AggregateException many && many.Flatten().InnerExceptions.All(e => e is OperationCanceledException));

    public static TimeoutException OutOfTime(string trainer) => new($"{trainer}: the deadline came before the fit was done, and it has no model so far to return.");
}
