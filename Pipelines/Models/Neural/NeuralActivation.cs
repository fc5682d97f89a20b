namespace MLPipes.Pipelines;

/// <summary>What bends a neural network's hidden units.</summary>
public enum NeuralActivation
{
    /// <summary>Scaled exponential linear unit: Klambauer et al., Self-Normalizing Neural Networks, NeurIPS 2017.</summary>
    Selu,
    /// <summary>x · tanh(log(1 + eˣ)): Misra, Mish, BMVC 2020.</summary>
    Mish,
    /// <summary>max(0, x).</summary>
    Relu,
}
