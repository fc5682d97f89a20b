using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>h + W₂ relu(W₁ h + b₁) + b₂: a small network with a residual of its own.</summary>
/// <remarks>W₁: [width × hidden], normal; W₂: [hidden × width], zeros at first, so that nothing changes. Source: Houlsby et al., ICML 2019, section 2.1.</remarks>
internal sealed class BottleneckAdapter : IHiddenAdapter, IDisposable
{
    public BottleneckAdapter(string name, int hidden, int width, NoiseSource noise, Device device)
    {
        Name = name;
        Down = AdapterWeights.Normal([width, hidden], 0.02, noise, device);
        DownBias = AdapterWeights.Uniform([width], 0, noise, device);
        Up = AdapterWeights.Uniform([hidden, width], 0, noise, device);
        UpBias = AdapterWeights.Uniform([hidden], 0, noise, device);
    }

    /// <summary>Name of the place that it stands behind.</summary>
    public string Name { get; }

    public Parameter Down { get; }
    public Parameter DownBias { get; }
    public Parameter Up { get; }
    public Parameter UpBias { get; }

    /// <summary>The four weights under their names.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights =>
        [($"{Name}.adapter_down.weight", Down), ($"{Name}.adapter_down.bias", DownBias), ($"{Name}.adapter_up.weight", Up), ($"{Name}.adapter_up.bias", UpBias)];

    public Tensor Change(Tensor values, EncoderRun run)
    {
        ScalarType type = values.dtype;
        Tensor narrow = nn.functional.relu(nn.functional.linear(values, Down.to(type), DownBias.to(type)));
        return values + nn.functional.linear(narrow, Up.to(type), UpBias.to(type));
    }

    public void Dispose()
    {
        foreach ((_, Parameter weight) in Weights) weight.Dispose();
    }
}
