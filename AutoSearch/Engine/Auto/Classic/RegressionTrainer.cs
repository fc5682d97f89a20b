namespace MLPipes.AutoSearch;

/// <summary>Trainers of numbers that an experiment can leave out.</summary>
public enum RegressionTrainer
{
    /// <summary>Random forest of ML.NET.</summary>
    FastForest,
    /// <summary>Boosted trees of ML.NET.</summary>
    FastTree,
    /// <summary>Boosted trees of LightGBM.</summary>
    LightGbm,
    /// <summary>Poisson regression by L-BFGS.</summary>
    LbfgsPoissonRegression,
    /// <summary>Linear regression by stochastic dual coordinate ascent.</summary>
    StochasticDualCoordinateAscent,
}
