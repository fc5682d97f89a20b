using TorchSharp.Modules;

namespace MLPipes.Trainers.Torch;

/// <summary>A weight that is trained, and how.</summary>
/// <param name="Name">Unique and the same in every run; what stands in checkpoints.</param>
/// <param name="Value">float32, contiguous.</param>
internal sealed record TrainedWeight(string Name, Parameter Value)
{
    /// <summary>How high it stands: 0 embeddings, 1 the first layer, … and the head above all. For layer-wise rates and thawing.</summary>
    public int Depth { get; init; }

    /// <summary>Whether weight decay applies: by default to matrices and tables, not to biases and norms.</summary>
    public bool Decays { get; init; } = Value.Dimensions > 1;

    /// <summary>Factor of the learning rate, for instance a higher one for a new head.</summary>
    public double RateFactor { get; init; } = 1;
}
