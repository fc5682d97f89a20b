namespace MLPipes.Trainers.Torch;

/// <summary>What stands between the two products of a feed-forward block.</summary>
internal enum EncoderActivation
{
    /// <summary>x Φ(x), by the error function.</summary>
    Gelu,

    /// <summary>The tanh approximation of <see cref="Gelu"/>, as ALBERT has it.</summary>
    GeluTanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x σ(x).</summary>
    Silu,
}
