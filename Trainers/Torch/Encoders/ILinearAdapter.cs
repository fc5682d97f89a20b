using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A trained addition to an <see cref="EncoderLinear"/> that amounts to a change of its weight.</summary>
internal interface ILinearAdapter
{
    /// <summary>The layer's result with the addition.</summary>
    /// <param name="input">[… × inputs], in the encoder's precision.</param>
    /// <param name="output">[… × outputs], what the linear layer gave.</param>
    /// <param name="run">How the encoder runs.</param>
    Tensor Add(Tensor input, Tensor output, EncoderRun run);

    /// <summary>The change of the weight, without dropout: [outputs × inputs], float32.</summary>
    Tensor WeightChange();
}
