namespace MLPipes.Trainers.Torch;

/// <summary>What <see cref="TorchRuntime"/> found on this machine.</summary>
public sealed record TorchReport
{
    /// <summary>Why libtorch can't be used and what to do; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Version of libtorch; null where it is not loaded or nothing tells.</summary>
    public string? Version { get; init; }

    /// <summary>Folder it was loaded from; null where it is not loaded.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the user's setting named that folder.</summary>
    public bool IsLent { get; init; }

    /// <summary>Whether TorchSharp's native library was changed in memory to load on this system's C++ library.</summary>
    public bool IsPatched { get; init; }

    /// <summary>The device that networks use unless told otherwise.</summary>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>Why it is not CUDA; null when it is.</summary>
    public string? WhyNotCuda { get; init; }

    /// <summary>Whether matrix products in bfloat16 are faster than in float32 there.</summary>
    public bool HasFastBFloat16 { get; init; }

    /// <summary>The encoder that <c>MLPIPES_ENCODER</c> names; null where it names none.</summary>
    public string? Encoder { get; init; }

    /// <summary>Its folder; null where it is not on this machine and would be downloaded.</summary>
    public string? EncoderFolder { get; init; }

    /// <summary>Why it can't be used and what to do; null when it can.</summary>
    public string? EncoderProblem { get; init; }
}
