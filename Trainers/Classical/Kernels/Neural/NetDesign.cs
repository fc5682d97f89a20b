using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>What a network is made of.</summary>
/// <param name="Inputs">What it reads.</param>
/// <param name="Hidden">Units of each hidden layer.</param>
/// <param name="Outputs">Scores per row.</param>
internal sealed record NetDesign(NeuralInputs Inputs, IReadOnlyList<int> Hidden, int Outputs)
{
    /// <summary>Whether numbers have periodic features.</summary>
    public bool IsPeriodic { get; init; }

    /// <summary>The pieces of numbers that have an embedding linear within each.</summary>
    public NeuralBins Bins { get; init; } = NeuralBins.None;

    /// <summary>Networks that share all but the factors of their inputs and their last layers, at least 1.</summary>
    public int Members { get; init; } = 1;
}
