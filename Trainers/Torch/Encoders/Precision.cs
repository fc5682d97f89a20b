namespace MLPipes.Trainers.Torch;

/// <summary>Number format of an encoder's matrix products. Weights and their gradients, norms and the residual stream are float32 either way.</summary>
internal enum Precision
{
    /// <summary>float32.</summary>
    Float32,

    /// <summary>bfloat16 products with float32 sums; softmax is computed in float32 from bfloat16 scores.</summary>
    BFloat16,
}
