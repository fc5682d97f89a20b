namespace MLPipes;

/// <summary>How a neural network reads numbers.</summary>
public enum NeuralNumbers
{
    /// <summary>Each as it is, scaled.</summary>
    Plain,
    /// <summary>Each with learned periodic features beside it, which let the network follow fine detail.</summary>
    Periodic,
}
