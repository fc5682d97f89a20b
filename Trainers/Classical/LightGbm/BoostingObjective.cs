namespace MLPipes.Trainers;

/// <summary>The loss that boosting minimises. Classifications always minimise log-loss; the others are for regressions.</summary>
public enum BoostingObjective
{
    /// <summary>Log-loss for classes, squared error for numbers.</summary>
    Default,
    /// <summary>Squared error: predicts the mean.</summary>
    L2,
    /// <summary>Absolute error: predicts the median.</summary>
    L1,
    /// <summary>Squared error near, absolute error far from the label: outliers pull less.</summary>
    Huber,
    /// <summary>Poisson deviance for counts, with a log link; labels are at least 0.</summary>
    Poisson,
    /// <summary>Gamma deviance for positive amounts, with a log link; labels are above 0.</summary>
    Gamma,
    /// <summary>Tweedie deviance for amounts that are often 0, with a log link; labels are at least 0.</summary>
    Tweedie,
    /// <summary>Pinball loss: predicts a quantile.</summary>
    Quantile,
}
