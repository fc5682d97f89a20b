namespace MLPipes.Pipelines;

/// <summary>The one border through which every fit goes: options and data are checked once, here.</summary>
public static class Fitting
{
    /// <summary>Checks the trainer's options and that the data has rows, then fits.</summary>
    /// <exception cref="OptionsException">An option is outside its <see cref="BoundsAttribute"/>.</exception>
    /// <exception cref="TrainingException">The data can't be learned from.</exception>
    public static IModel FitChecked(this ITrainer trainer, TrainingSet data, FitContext context)
    {
        Check(trainer, data, context);
        return trainer.Fit(data, context);
    }

    /// <summary>Checks as <see cref="FitChecked"/> does, then fits and predicts the rows out of bag.</summary>
    /// <exception cref="OptionsException">An option is outside its <see cref="BoundsAttribute"/>, or the options leave no rows out.</exception>
    /// <exception cref="TrainingException">The data can't be learned from.</exception>
    public static OutOfBagFit FitOutOfBagChecked(this IOutOfBagTrainer trainer, TrainingSet data, FitContext context)
    {
        Check(trainer, data, context);
        if (!trainer.LeavesRowsOut)
            throw new OptionsException(trainer.GetType().Name, ["Every part of the model sees all rows with these options, so that no row can be predicted out of bag."]);
        return trainer.FitOutOfBag(data, context);
    }

    private static void Check(ITrainer trainer, TrainingSet data, FitContext context)
    {
        BoundsAttribute.Check(trainer);
        string name = trainer.GetType().Name;
        if (data.Rows == 0) throw new TrainingException(name, "there are no rows to learn from.");
        if (data.Task != MLTask.Regression && data.Target.Classes.Count < 2)
            throw new TrainingException(name, $"the label has {data.Target.Classes.Count} class, at least 2 are needed.");
        foreach (float label in data.Labels)
            if (!float.IsFinite(label)) throw new TrainingException(name, $"the label holds {label}; only finite numbers can be learned.");
        double total = 0;
        foreach (float weight in data.Weights)
        {
            if (!float.IsFinite(weight) || weight < 0) throw new TrainingException(name, $"a row weight is {weight}; weights are finite and at least 0.");
            total += weight;
        }
        if (data.IsWeighted && total == 0) throw new TrainingException(name, "all row weights are 0.");
        context.Cancel.ThrowIfCancellationRequested();
    }
}
