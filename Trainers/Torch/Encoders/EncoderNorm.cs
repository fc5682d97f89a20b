using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Layer norm over the last axis, always in float32.</summary>
internal sealed class EncoderNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] shape;
    private readonly double epsilon;
    private Parameter weight;
    private Parameter bias;

    public EncoderNorm(string name, int width, double epsilon, IWeightSource source) : base(name)
    {
        (Name, shape, this.epsilon) = (name, [width], epsilon);
        weight = OwnedWeight.Of(source.Take(name + ".weight", shape, WeightStart.Ones));
        bias = OwnedWeight.Of(source.Take(name + ".bias", shape, WeightStart.Zeros));
        RegisterComponents();
    }

    /// <summary>Hugging Face name without ".weight".</summary>
    public string Name { get; }

    /// <summary>[width].</summary>
    public Parameter Weight => weight;

    /// <summary>[width].</summary>
    public Parameter Bias => bias;

    public override Tensor forward(Tensor values) => nn.functional.layer_norm(values, shape, weight, bias, epsilon);
}
