using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Fits in this process; a fit that makes the study go over its memory is cancelled.</summary>
internal sealed class InProcessFitter(MemoryWatch watch) : IFitter
{
    /// <inheritdoc/>
    public IModel Fit(TrainerCard card, ITrainer trainer, TrainingSet train, FitContext context) =>
        // A yardstick is there so that a model exists in any case.
        card.IsBaseline ? trainer.FitChecked(train, context) : Watched(context, within => trainer.FitChecked(train, within));

    /// <inheritdoc/>
    public OutOfBagFit FitOutOfBag(TrainerCard card, IOutOfBagTrainer trainer, TrainingSet train, FitContext context) =>
        Watched(context, within => trainer.FitOutOfBagChecked(train, within));

    private T Watched<T>(FitContext context, Func<FitContext, T> fitting)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancel);
        using MemoryWatch.Fit fit = watch.Enter(null, () => stop.Cancel());
        try
        {
            return fitting(context with { Cancel = stop.Token });
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
