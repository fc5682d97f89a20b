using TorchSharp.Modules;

namespace MLPipes.Trainers.Torch;

internal sealed partial class TextEncoder
{
    /// <summary>Whether weights are held for inference.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>All weights under their Hugging Face names without the model's prefix, in the order of the layers.</summary>
    public IReadOnlyDictionary<string, Parameter> Weights => named_parameters().ToDictionary(p => p.name, p => p.parameter, StringComparer.Ordinal);

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
    {
        yield return (EncoderNames.Words + ".weight", embeddings.Words);
        yield return (EncoderNames.Positions + ".weight", embeddings.Positions);
        if (embeddings.Types is not null) yield return (EncoderNames.Types + ".weight", embeddings.Types);
        foreach (var weight in Of(embeddings.Norm)) yield return weight;
        if (embeddings.Projection is not null)
        {
            foreach (var weight in Of(embeddings.Projection)) yield return weight;
        }
        if (relative is not null) yield return (EncoderNames.Of(Config.Kind).RelativeBias + ".weight", relative.Weight);
        foreach (EncoderLayer layer in layers)
        {
            foreach (EncoderLinear linear in layer.Linears)
            {
                foreach (var weight in Of(linear)) yield return weight;
            }
            foreach (var weight in Of(layer.AttentionNorm)) yield return weight;
            foreach (var weight in Of(layer.OutputNorm)) yield return weight;
        }
        if (pooler is not null)
        {
            foreach (var weight in Of(pooler)) yield return weight;
        }
    }

    /// <summary>How high a weight stands: 0 for embeddings and what belongs to all layers, 1 for the first layer, …, Layers + 1 for the pooler.</summary>
    /// <param name="name">A name as in <see cref="Weights"/>.</param>
    /// <exception cref="ArgumentException">There is no such weight.</exception>
    public int DepthOf(string name)
    {
        EncoderNames names = EncoderNames.Of(Config.Kind);
        for (int layer = 0; layer < layers.Length; layer++)
        {
            if (name.StartsWith(names.LayerPrefix(layer / Config.InnerLayers, layer % Config.InnerLayers), StringComparison.Ordinal)) return layer + 1;
        }
        if (names.Pooler is not null && name.StartsWith(names.Pooler + ".", StringComparison.Ordinal)) return layers.Length + 1;
        return Weights.ContainsKey(name) ? 0 : throw new ArgumentException($"The encoder has no weight '{name}'.", nameof(name));
    }

    /// <summary>
    /// Keeps the weights as they are now for inference, cast, put together and with adapters merged, until the result is disposed of.
    /// Weights must not change in between; calls that record gradients use the weights themselves all the same.
    /// </summary>
    public IDisposable HoldWeights()
    {
        if (IsHeld) throw new InvalidOperationException("The weights are held already.");
        foreach (EncoderLayer layer in layers) layer.Hold();
        pooler?.Hold();
        embeddings.Projection?.Hold();
        IsHeld = true;
        return new Held(this);
    }

    private void Release()
    {
        foreach (EncoderLayer layer in layers) layer.Release();
        pooler?.Release();
        embeddings.Projection?.Release();
        IsHeld = false;
    }

    private static IEnumerable<(string, Parameter)> Of(EncoderLinear linear) => [(linear.Name + ".weight", linear.Weight), (linear.Name + ".bias", linear.Bias)];

    private static IEnumerable<(string, Parameter)> Of(EncoderNorm norm) => [(norm.Name + ".weight", norm.Weight), (norm.Name + ".bias", norm.Bias)];

    private sealed class Held(TextEncoder owner) : IDisposable
    {
        private TextEncoder? owner = owner;

        public void Dispose()
        {
            owner?.Release();
            owner = null;
        }
    }
}
