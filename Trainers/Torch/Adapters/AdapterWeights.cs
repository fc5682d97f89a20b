using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>What adaptations do with weights: make, freeze, count and take over.</summary>
internal static class AdapterWeights
{
    /// <summary>What PEFT puts before each name of the base model.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>Lets only those weights of the encoder learn that are named so.</summary>
    public static void Free(TextEncoder encoder, Func<string, bool> learns)
    {
        foreach ((string name, Parameter weight) in encoder.Weights) weight.requires_grad_(learns(name));
    }

    /// <summary>A fresh weight with uniform values in [−bound, bound]; zeros for 0.</summary>
    public static Parameter Uniform(long[] shape, double bound, NoiseSource noise, Device device)
    {
        Tensor values = zeros(shape, ScalarType.Float32, CPU);
        if (bound > 0) values.uniform_(-bound, bound, noise.Next(CPU));
        return Placed(values, device);
    }

    /// <summary>A fresh weight with normal values.</summary>
    public static Parameter Normal(long[] shape, double deviation, NoiseSource noise, Device device)
    {
        Tensor values = zeros(shape, ScalarType.Float32, CPU);
        values.normal_(0, deviation, noise.Next(CPU));
        return Placed(values, device);
    }

    /// <summary>A weight with these values.</summary>
    public static Parameter Of(float[] values, long[] shape, Device device) => Placed(tensor(values, shape), device);

    private static Parameter Placed(Tensor values, Device device) =>
        OwnedWeight.Of(values.device_type == device.type ? values : values.to(device, disposeAfter: true));

    /// <summary>A weight as it is stored.</summary>
    public static (string Name, long[] Shape, float[] Values) Stored(string name, Tensor weight) => (name, weight.shape, TextEncoder.Values(weight));

    /// <summary>Takes a stored weight over into one of the same shape.</summary>
    /// <exception cref="TorchException">It is missing or of another shape.</exception>
    public static void Restore(IAdapterSource source, string name, Parameter weight)
    {
        CheckShape(source, name, weight.shape);
        using var quiet = no_grad();
        using Tensor values = tensor(source.Read(name), weight.shape, device: weight.device);
        weight.copy_(values);
    }

    /// <summary>Checks that a stored weight is there with the shape expected; −1 allows any size.</summary>
    /// <exception cref="TorchException">It is not.</exception>
    public static long[] CheckShape(IAdapterSource source, string name, params long[] expected)
    {
        long[] found = source.ShapeOf(name)
            ?? throw new TorchException($"{source.Place}: the adapter's weight '{name}' is missing, expected with shape [{string.Join(", ", expected)}]. It belongs to another encoder, or the file is damaged.");
        bool fits = found.Length == expected.Length && found.Zip(expected).All(s => s.Second < 0 || s.First == s.Second);
        return fits ? found : throw new TorchException($"{source.Place}: the adapter's weight '{name}' has shape [{string.Join(", ", found)}], expected [{string.Join(", ", expected)}]. It belongs to another encoder.");
    }

    /// <summary>The linear layers that are added to, each with its layer's depth.</summary>
    public static IEnumerable<(EncoderLinear Linear, int Depth)> Linears(TextEncoder encoder, AdaptedLinears which) =>
        encoder.Layers.SelectMany((layer, index) => (which switch
        {
            AdaptedLinears.QueryValue => new[] { layer.Query, layer.Value },
            AdaptedLinears.Attention => [layer.Query, layer.Key, layer.Value, layer.Output],
            _ => [.. layer.Linears],
        }).Select(linear => (linear, index + 1)));
}
