namespace MLPipes.Pipelines;

/// <summary>Learns a model from features; implemented by a sealed record whose properties are exactly its hyperparameters.</summary>
public interface ITrainer
{
    /// <summary>What a fit on data of this shape will take.</summary>
    CostHint Cost(DataShape data);

    /// <summary>Learns a new model. Touches neither itself, nor its input, nor global state. Called through <see cref="Fitting.FitChecked"/>.</summary>
    IModel Fit(TrainingSet data, FitContext context);
}

/// <summary>A trainer that the catalog finds by itself: implementing this is the registration.</summary>
public interface ITrainer<TSelf> : ITrainer where TSelf : class, ITrainer<TSelf>, new()
{
    /// <summary>What it is called, can do and needs.</summary>
    static abstract TrainerCard Card { get; }

    /// <summary>Where its hyperparameters are worth looking, for data of this shape.</summary>
    static abstract SearchSpace<TSelf> Space(DataShape data);
}
