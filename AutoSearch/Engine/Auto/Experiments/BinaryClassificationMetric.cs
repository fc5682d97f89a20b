namespace MLPipes.AutoSearch;

/// <summary>What an experiment with two classes improves.</summary>
public enum BinaryClassificationMetric
{
    /// <summary>Share of rows whose likelier class is the true one.</summary>
    Accuracy,
    /// <summary>Area under the ROC curve.</summary>
    AreaUnderRocCurve,
    /// <summary>Area under the precision-recall curve.</summary>
    AreaUnderPrecisionRecallCurve,
    /// <summary>F1 of the positive class.</summary>
    F1Score,
    /// <summary>Share of rows said to be positive that are.</summary>
    PositivePrecision,
    /// <summary>Share of positive rows that are found.</summary>
    PositiveRecall,
    /// <summary>Share of rows said to be negative that are.</summary>
    NegativePrecision,
    /// <summary>Share of negative rows that are found.</summary>
    NegativeRecall,
}
