namespace MLPipes.Pipelines;

/// <summary>A trainer of many models on drawn rows, each row of which can be predicted by the models that did not see it, without folds.</summary>
public interface IOutOfBagTrainer : ITrainer
{
    /// <summary>Whether rows are left out with these options; <see cref="FitOutOfBag"/> is for trainers of which it is true.</summary>
    bool LeavesRowsOut { get; }

    /// <summary>Learns the same model as <see cref="ITrainer.Fit"/>, and predicts the rows it learned from. Called through <see cref="Fitting.FitOutOfBagChecked"/>.</summary>
    OutOfBagFit FitOutOfBag(TrainingSet data, FitContext context);
}
