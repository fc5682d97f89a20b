namespace MLPipes.AutoSearch;

/// <summary>What an experiment that predicts a number improves.</summary>
public enum RegressionMetric
{
    /// <summary>Mean absolute error.</summary>
    MeanAbsoluteError,
    /// <summary>Mean squared error.</summary>
    MeanSquaredError,
    /// <summary>Root of the mean squared error.</summary>
    RootMeanSquaredError,
    /// <summary>Share of the variance that is explained.</summary>
    RSquared,
}
