namespace MLPipes.AutoSearch;

/// <summary>What an experiment with several classes improves.</summary>
public enum MulticlassClassificationMetric
{
    /// <summary>Share of rows whose likeliest class is the true one.</summary>
    MicroAccuracy,
    /// <summary>Mean recall of the classes.</summary>
    MacroAccuracy,
    /// <summary>Mean negative log-likelihood of the true class; less is better.</summary>
    LogLoss,
    /// <summary>How much less the log-loss is than that of the class shares, as a share of it; more is better.</summary>
    LogLossReduction,
    /// <summary>Share of rows whose true class is among the three likeliest.</summary>
    TopKAccuracy,
}
