using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>What a network is trained for.</summary>
/// <param name="Task">Decides the loss.</param>
/// <param name="Activation">Of hidden layers.</param>
/// <param name="Smoothing">Share of a class label spread over all classes.</param>
internal sealed record NetStepOptions(MLTask Task, NeuralActivation Activation, float Smoothing)
{
    /// <summary>How parameters are begun and moved.</summary>
    public NetRecipe Recipe { get; init; } = NetRecipe.RealMlp;
}
