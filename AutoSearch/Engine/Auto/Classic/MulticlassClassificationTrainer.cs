namespace MLPipes.AutoSearch;

/// <summary>Trainers of several classes that an experiment can leave out.</summary>
public enum MulticlassClassificationTrainer
{
    /// <summary>Random forest of ML.NET, one class against the rest.</summary>
    FastForestOva,
    /// <summary>Boosted trees of ML.NET, one class against the rest.</summary>
    FastTreeOva,
    /// <summary>Boosted trees of LightGBM.</summary>
    LightGbm,
    /// <summary>Softmax regression by L-BFGS.</summary>
    LbfgsMaximumEntropy,
    /// <summary>Logistic regression by L-BFGS, one class against the rest.</summary>
    LbfgsLogisticRegressionOva,
    /// <summary>Softmax regression by stochastic dual coordinate ascent.</summary>
    SdcaMaximumEntropy,
}
