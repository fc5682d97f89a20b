using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A trained addition to an <see cref="EncoderLinear"/>.</summary>
internal interface ILinearAdapter
{
    /// <summary>Whether the addition is a change of the weight alone, so that it can be merged.</summary>
    bool IsMergeable { get; }

    /// <summary>The layer's result with the addition.</summary>
    /// <param name="input">[… × inputs], in the encoder's precision.</param>
    /// <param name="output">[… × outputs], what the linear layer gave.</param>
    Tensor Add(Tensor input, Tensor output);

    /// <summary>What the addition amounts to as a change of the weight: [outputs × inputs], float32; null where it can't be merged.</summary>
    Tensor? WeightChange();
}
