using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Fits in this process; a fit that makes the study go over its memory is cancelled.</summary>
internal sealed class InProcessFitter(MemoryWatch watch) : IFitter
{
    /// <inheritdoc/>
    public IModel Fit(TrainerCard card, ITrainer trainer, TrainingSet train, FitContext context)
    {
        // A yardstick is there so that a model exists in any case.
        if (card.IsBaseline) return trainer.FitChecked(train, context);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancel);
        using MemoryWatch.Fit fit = watch.Enter(null, () => stop.Cancel());
        try
        {
            return trainer.FitChecked(train, context with { Cancel = stop.Token });
        }
        catch (Exception error) when (fit.EndedFor is { } reason && !context.Cancel.IsCancellationRequested && IsOfCancelling(error))
        {
            throw new SkipTrialException(reason, isForTime: false);
        }
        catch (OutOfMemoryException)
        {
            throw new SkipTrialException(watch.Describe("it ran out of memory"), isForTime: false);
        }
    }

    private static bool IsOfCancelling(Exception error) => error is OperationCanceledException
        || (error is AggregateException several && several.Flatten().InnerExceptions.All(e => e is OperationCanceledException));
}
