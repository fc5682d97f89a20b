namespace MLPipes.Trainers;

/// <summary>How margins become probabilities.</summary>
public enum CalibrationMethod
{
    /// <summary>A logistic curve through the scores: two numbers, fits any amount of data.</summary>
    Platt,

    /// <summary>Any rising function of the score: fits closer from about a thousand rows on.</summary>
    Isotonic,
}
