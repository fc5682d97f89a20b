namespace MLPipes.Trainers.Torch;

/// <summary>Where networks are trained and run.</summary>
public enum TorchDevice
{
    /// <summary>The first CUDA device where there is one that works, else the processor.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first CUDA device; an error where there is none.</summary>
    Cuda,
}
