using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>A linear layer inside an encoder, x Wᵀ + b, in the encoder's precision, with a place for an adapter.</summary>
/// <remarks>W: [outputs × inputs], float32; b: [outputs]. Under bfloat16 both are cast as they are used, so that gradients reach the float32 masters.</remarks>
internal sealed class EncoderLinear : nn.Module<Tensor, Tensor>
{
    private readonly EncoderRun run;
    private Parameter weight;
    private Parameter bias;
    private (Tensor Weight, Tensor Bias)? held;

    /// <param name="name">Hugging Face name without ".weight" and without the model's prefix.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="outputs">Width of the result.</param>
    /// <param name="run">How the encoder runs.</param>
    /// <param name="source">Gives the weights.</param>
    public EncoderLinear(string name, int inputs, int outputs, EncoderRun run, IWeightSource source) : base(name)
    {
        (Name, Inputs, Outputs, this.run) = (name, inputs, outputs, run);
        weight = OwnedWeight.Of(source.Take(name + ".weight", [outputs, inputs], WeightStart.Normal));
        bias = OwnedWeight.Of(source.Take(name + ".bias", [outputs], WeightStart.Zeros));
        RegisterComponents();
    }

    /// <summary>Hugging Face name without ".weight" and without the model's prefix.</summary>
    public string Name { get; }

    /// <summary>Width of x.</summary>
    public int Inputs { get; }

    /// <summary>Width of the result.</summary>
    public int Outputs { get; }

    /// <summary>[outputs × inputs].</summary>
    public Parameter Weight => weight;

    /// <summary>[outputs].</summary>
    public Parameter Bias => bias;

    /// <summary>What is added to the product; null for nothing.</summary>
    public ILinearAdapter? Adapter { get; set; }

    /// <summary>Whether weights held for inference stand ready and apply to this call.</summary>
    internal bool UsesHeld => held is not null && !is_grad_enabled();

    public override Tensor forward(Tensor input)
    {
        if (UsesHeld) return TokenProduct.Of(input, held!.Value.Weight, held.Value.Bias);
        (Tensor w, Tensor b) = Cast(run.Type);
        Tensor output = TokenProduct.Of(input, w, b);
        return Adapter is null ? output : Adapter.Add(input, output, run);
    }

    /// <summary>Weight and bias in the given format, part of the gradient's graph; the parameters themselves for float32.</summary>
    internal (Tensor Weight, Tensor Bias) Cast(ScalarType type) => type == ScalarType.Float32 ? (weight, bias) : (weight.to(type), bias.to(type));

    /// <summary>Weight and bias with the adapter's part in them, in the given format, without a graph.</summary>
    internal (Tensor Weight, Tensor Bias) Merged(ScalarType type)
    {
        using var quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor w = weight.detach();
        if (Adapter is not null) w = w + Adapter.WeightChange();
        return (w.to(type).MoveToOuterDisposeScope(), bias.detach().to(type).MoveToOuterDisposeScope());
    }

    /// <summary>Keeps the merged weights in the encoder's precision until <see cref="Release"/>.</summary>
    internal void Hold()
    {
        Release();
        (Tensor w, Tensor b) = Merged(run.Type);
        held = (w.DetachFromDisposeScope(), b.DetachFromDisposeScope());
    }

    /// <summary>Forgets what <see cref="Hold"/> kept.</summary>
    internal void Release()
    {
        held?.Weight.Dispose();
        held?.Bias.Dispose();
        held = null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Release();
        base.Dispose(disposing);
    }
}
