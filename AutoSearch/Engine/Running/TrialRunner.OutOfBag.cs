using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

internal sealed partial class TrialRunner
{
    // Enough rows to time scoring by.
    private const int TimedRows = 2_000;

    /// <summary>Runs a plan whose trainer predicts the rows that its parts did not see: one fit on all rows stands for all folds, and its model is the one that is kept.</summary>
    private async Task<FinishedTrial> RunOutOfBagAsync(TrialPlan plan, IOutOfBagTrainer trainer, CancellationToken cancel)
    {
        using CoreSlots.Place place = await slots.EnterAsync(plan.Number, 0, cancel).ConfigureAwait(false);
        return await OnItsOwnThread(() => OutOfBag(plan, trainer, cancel), cancel).ConfigureAwait(false);
    }

    private FinishedTrial OutOfBag(TrialPlan plan, IOutOfBagTrainer trainer, CancellationToken cancel)
    {
        TrainerCard card = byKey[plan.Trainer].Entry.Card;
        if (clock.SearchSecondsLeft is <= 0) throw new SkipTrialException("no time was left.", isForTime: true);
        long began = clock.Provider.GetTimestamp();
        (FittedFeatures features, TrainingSet all) = clock.Usage.Features(() => cache.All(cache.PlanFor(card.Needs, plan.Featurizers), limits.FitThreads, cancel));
        CostHint cost = trainer.Cost(all.Shape);
        Admit(plan, card, cost, null);

        long fitted = clock.Provider.GetTimestamp();
        // One fit in the place of several may take as long as they.
        double share = Math.Min(0.25, limits.FitShare * data.SearchSplits);
        FitContext context = new() { Seed = plan.Seed, Threads = limits.FitThreads, Time = clock.Provider, Deadline = clock.FitDeadline(card.KeepsPartial ? share : share / 2), Cancel = cancel };
        (IModel model, float[] predictions) = clock.Usage.Fit(() => fitter.FitOutOfBag(card, trainer, all, context));
        bool isPartial = context.IsOutOfTime;
        if (!isPartial) pace.Observe(plan.Trainer, cost.Flops, clock.Provider.GetElapsedTime(fitted).TotalSeconds);

        FillSeen(predictions, data.Outputs, plan.Trainer);
        double[] losses = clock.Usage.Score(() => data.Splits.Take(data.SearchSplits).Select(s => LossOn(s.Test, all, predictions)).ToArray());
        double perRow = SecondsPerRow(model, all.Features, cancel);
        double seconds = clock.Provider.GetElapsedTime(began).TotalSeconds;
        return Completed(plan, predictions, losses, seconds, isPartial, [new FoldModel(FoldModel.AllRows, features, model, perRow)]);
    }

    /// <summary>A row that every part saw is given the mean prediction of the others: it says nothing for or against the model.</summary>
    private static void FillSeen(float[] predictions, int outputs, string trainer)
    {
        double[] sums = new double[outputs];
        int known = 0;
        for (int i = 0; i < predictions.Length; i += outputs)
        {
            if (float.IsNaN(predictions[i])) continue;
            known++;
            for (int k = 0; k < outputs; k++) sums[k] += predictions[i + k];
        }
        if (known * 2 < predictions.Length / outputs) throw new TrainingException(trainer, "too few of its parts were grown to predict the rows out of bag.");
        for (int i = 0; i < predictions.Length; i += outputs)
            if (float.IsNaN(predictions[i]))
                for (int k = 0; k < outputs; k++) predictions[i + k] = (float)(sums[k] / known);
    }

    private double LossOn(int[] rows, TrainingSet all, float[] predictions)
    {
        float[] own = new float[rows.Length * data.Outputs];
        for (int i = 0; i < rows.Length; i++) predictions.AsSpan(rows[i] * data.Outputs, data.Outputs).CopyTo(own.AsSpan(i * data.Outputs));
        return data.Metric.Loss(all.Target.Take(rows), own, data.Weights is { } weights ? [.. rows.Select(row => weights[row])] : []);
    }

    private double SecondsPerRow(IModel model, FeatureMatrix rows, CancellationToken cancel)
    {
        FeatureMatrix some = rows.Take([.. Enumerable.Range(0, Math.Min(TimedRows, rows.Rows))]);
        long scoring = clock.Provider.GetTimestamp();
        clock.Usage.Score(() => model.PredictAll(some, limits.FitThreads, cancel));
        return clock.Provider.GetElapsedTime(scoring).TotalSeconds * limits.FitThreads / Math.Max(1, some.Rows);
    }
}
