namespace MLPipes.Trainers;

/// <summary>How the step of an <see cref="AveragedPerceptron"/> changes as it learns.</summary>
public enum PerceptronStep
{
    /// <summary>Always the learning rate.</summary>
    Constant,

    /// <summary>The learning rate divided by the square root of the steps so far.</summary>
    Falling,
}
