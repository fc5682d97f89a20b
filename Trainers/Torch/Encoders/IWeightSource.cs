using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Where the weights of an encoder come from as it is built: files, chance or a model bundle.</summary>
internal interface IWeightSource
{
    /// <summary>Whether there is such a weight; asked for optional ones.</summary>
    bool Has(string name);

    /// <summary>The weight, float32, of exactly this shape; the caller owns it.</summary>
    /// <param name="name">Hugging Face name without the model's prefix.</param>
    /// <param name="shape">The shape that the configuration asks for.</param>
    /// <param name="start">What a fresh weight holds.</param>
    Tensor Take(string name, long[] shape, WeightStart start);
}
