using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Trained keys and values that stand before those of the text in a layer's attention.</summary>
internal interface IKeyValuePrefix
{
    /// <summary>Number of them.</summary>
    int Length { get; }

    /// <summary>Keys and values, each [heads × length × head size], float32.</summary>
    (Tensor Keys, Tensor Values) Read();
}
