using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>How an encoder runs just now; its layers share one.</summary>
internal sealed class EncoderRun
{
    /// <summary>Number format of matrix products.</summary>
    public Precision Precision { get; set; }

    /// <summary>Whether values are dropped.</summary>
    public bool Drops { get; set; }

    /// <summary>Share of hidden values dropped in training.</summary>
    public double HiddenDropout { get; set; }

    /// <summary>Share of attention weights dropped in training.</summary>
    public double AttentionDropout { get; set; }

    /// <summary>Where dropout draws from.</summary>
    public NoiseSource Noise { get; set; } = new(0);

    /// <summary>torch's name of the format.</summary>
    public ScalarType Type => Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Hidden values, some dropped in training.</summary>
    public Tensor Drop(Tensor values) => Drops ? Noise.Dropout(values, HiddenDropout) : values;

    /// <summary>Attention weights, some dropped in training.</summary>
    public Tensor DropAttention(Tensor weights) => Drops ? Noise.Dropout(weights, AttentionDropout) : weights;
}
