namespace MLPipes.AutoSearch;

/// <summary>Trainers of two classes that an experiment can leave out.</summary>
public enum BinaryClassificationTrainer
{
    /// <summary>Random forest of ML.NET.</summary>
    FastForest,
    /// <summary>Boosted trees of ML.NET.</summary>
    FastTree,
    /// <summary>Boosted trees of LightGBM.</summary>
    LightGbm,
    /// <summary>Logistic regression by L-BFGS.</summary>
    LbfgsLogisticRegression,
    /// <summary>Logistic regression by stochastic dual coordinate ascent.</summary>
    SdcaLogisticRegression,
}
