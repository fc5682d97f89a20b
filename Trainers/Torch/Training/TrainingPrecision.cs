namespace MLPipes.Trainers.Torch;

/// <summary>Number format of the large matrix products; weights, norms and softmax are float32 always.</summary>
public enum TrainingPrecision
{
    /// <summary>bfloat16 where the processor or the GPU multiplies it faster, else float32.</summary>
    Auto,
    /// <summary>float32.</summary>
    Float32,
    /// <summary>bfloat16, whatever it costs.</summary>
    BFloat16,
}
