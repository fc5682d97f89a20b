using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>x Wᵀ + (α / r) drop(x) Aᵀ Bᵀ: a linear layer with a product of two narrow matrices beside it.</summary>
/// <remarks>A: [r × inputs], uniform in ±1/√inputs at first; B: [outputs × r], zeros at first, so that nothing changes. Source: Hu et al., ICLR 2022, section 4.1; PEFT's start of A.</remarks>
internal sealed class LoraAdapter : ILinearAdapter, IDisposable
{
    private readonly double scale;
    private readonly double dropout;

    public LoraAdapter(EncoderLinear linear, AdaptationOptions options, NoiseSource noise)
    {
        Linear = linear;
        (scale, dropout) = (options.Alpha / options.Rank, options.Dropout);
        Device device = linear.Weight.device;
        A = AdapterWeights.Uniform([options.Rank, linear.Inputs], 1 / Math.Sqrt(linear.Inputs), noise, device);
        B = AdapterWeights.Uniform([linear.Outputs, options.Rank], 0, noise, device);
    }

    /// <summary>The layer that is added to.</summary>
    public EncoderLinear Linear { get; }

    /// <summary>[r × inputs].</summary>
    public Parameter A { get; }

    /// <summary>[outputs × r].</summary>
    public Parameter B { get; }

    public Tensor Add(Tensor input, Tensor output, EncoderRun run)
    {
        Tensor kept = run.Drops ? run.Noise.Dropout(input, dropout) : input;
        Tensor narrow = nn.functional.linear(kept, A.to(input.dtype)).Times(scale);
        return output + nn.functional.linear(narrow, B.to(input.dtype));
    }

    public Tensor WeightChange()
    {
        using DisposeScope scope = NewDisposeScope();
        return B.matmul(A).Times(scale).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
