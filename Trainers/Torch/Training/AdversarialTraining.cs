namespace MLPipes.Trainers.Torch;

/// <summary>Training on word embeddings that are moved to where the loss grows.</summary>
public enum AdversarialTraining
{
    /// <summary>None.</summary>
    None,
    /// <summary>Fast gradient method: the loss at the words, and at the words moved by ε·g/‖g‖ once. Twice the time.</summary>
    /// <remarks>Source: Miyato, Dai and Goodfellow, Adversarial Training Methods for Semi-Supervised Text Classification, ICLR 2017, equation 5.</remarks>
    Fgm,
    /// <summary>Several ascent steps, each of whose gradients counts. As many times the time as there are steps.</summary>
    /// <remarks>Source: Zhu et al., FreeLB, ICLR 2020, algorithm 1.</remarks>
    FreeLb,
}
