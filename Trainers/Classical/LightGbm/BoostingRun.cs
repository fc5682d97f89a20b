using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>What one boosting fit is told beside its data sets.</summary>
/// <param name="Trees">Most iterations.</param>
/// <param name="Patience">Iterations without gain before it stops; see <see cref="EarlyStop"/>.</param>
/// <param name="Objective">The resolved objective.</param>
/// <param name="LossShape">The objective's own parameter for <see cref="BoostingLoss"/>.</param>
internal sealed record BoostingPlan(int Trees, int Patience, BoostingObjective Objective, double LossShape);

/// <summary>The iteration loop around a native booster.</summary>
internal static class BoostingRun
{
    // Random splits and feature samples can miss every gain in one iteration and find some in the next.
    private const int EmptyTreesToStop = 10;

    /// <summary>Boosts until the trees are used up, the validation loss stops falling, or the deadline comes.</summary>
    /// <param name="booster">A new booster.</param>
    /// <param name="plan">How long.</param>
    /// <param name="validation">What stops it early, labels and weights of the booster's first validation set; null for none.</param>
    /// <param name="context">Clock, cancellation and progress.</param>
    /// <returns>Iterations to keep.</returns>
    public static int Boost(BoosterHandle booster, BoostingPlan plan, (MLTask Task, int Outputs, float[] Labels, float[] Weights)? validation, FitContext context)
    {
        EarlyStop stop = new(plan.Patience);
        double[] predictions = validation is { } v ? new double[v.Labels.Length * v.Outputs] : [];
        int empty = 0, iteration = 0;
        long started = context.Time.GetTimestamp(), reported = started;
        while (iteration < plan.Trees)
        {
            context.Cancel.ThrowIfCancellationRequested();
            LightGbmNative.Check(LightGbmNative.BoosterUpdate(booster, out int foundNothing));
            if (foundNothing != 0 && ++empty >= EmptyTreesToStop) break;
            if (foundNothing == 0) empty = 0;
            iteration++;
            if (validation is { } held && stop.IsDue(iteration))
            {
                Predict(booster, predictions);
                double loss = BoostingLoss.Mean(held.Task, plan.Objective, held.Labels, held.Weights, predictions, plan.LossShape);
                if (stop.Observe(iteration, loss)) break;
            }
            if (context.Progress is { } progress && context.Time.GetElapsedTime(reported) > TimeSpan.FromMilliseconds(100))
            {
                reported = context.Time.GetTimestamp();
                progress.Report(new FitProgress((double)iteration / plan.Trees, validation is null ? double.NaN : stop.BestLoss, $"{iteration} trees"));
            }
            // The next iteration takes about as long as the mean of those before; it is not begun when that would overrun.
            if (context.TimeLeft is { } left && left <= context.Time.GetElapsedTime(started) / iteration) break;
        }
        LightGbmNative.Check(LightGbmNative.BoosterIterations(booster, out int grown));
        return validation is null ? grown : Math.Min(grown, stop.Best);
    }

    /// <summary>The first <paramref name="iterations"/> iterations as a model of ours.</summary>
    public static TreeEnsembleModel ToModel(BoosterHandle booster, int iterations, int features, int outputs, ILink link)
    {
        byte[] text = Text(booster, iterations, out int length);
        TreeEnsembleBuilder builder = new(features, outputs) { Link = link };
        LightGbmText reader = new(text.AsSpan(0, length));
        while (reader.TryReadTree(out Tree tree)) builder.Add(tree, builder.TreeCount % outputs);
        return builder.Build();
    }

    private static unsafe void Predict(BoosterHandle booster, double[] predictions)
    {
        fixed (double* at = predictions) LightGbmNative.Check(LightGbmNative.BoosterPredictions(booster, 1, out _, at));
    }

    private static unsafe byte[] Text(BoosterHandle booster, int iterations, out int length)
    {
        byte[] text = new byte[1 << 20];
        while (true)
        {
            long needed;
            fixed (byte* at = text) LightGbmNative.Check(LightGbmNative.BoosterToText(booster, 0, iterations, 0, text.Length, out needed, at));
            if (needed > Array.MaxLength) throw new TrainingException(nameof(LightGbm), "the model takes more than 2 GB; use fewer trees or leaves.");
            if (needed <= text.Length)
            {
                length = (int)needed - 1;
                return text;
            }
            text = new byte[needed];
        }
    }
}
