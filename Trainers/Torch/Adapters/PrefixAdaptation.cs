using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Prefix tuning: keys and values before those of the text in each layer, computed by a small network while training.</summary>
/// <remarks>Stored as PEFT stores it: prompt_embeddings, [tokens × layers · 2 · hidden], keys before values, without the network.</remarks>
internal sealed class PrefixAdaptation(AdaptationOptions options) : IAdaptation
{
    private const string Stored = "prompt_embeddings";

    private readonly List<TrainedWeight> trained = [];
    private readonly List<LayerPrefix> prefixes = [];
    private TextEncoder? encoder;

    public Adaptation Kind => Adaptation.Prefix;

    public AdaptationOptions Options => options;

    public bool IsMergeable => false;

    public IReadOnlyList<TrainedWeight> Trained => trained;

    public void Attach(TextEncoder encoder, int seed)
    {
        this.encoder = encoder;
        AdapterWeights.Free(encoder, _ => false);
        using NoiseSource noise = new(seed);
        if (options.ProjectionSize == 0) AttachDirect(i => AdapterWeights.Normal([options.VirtualTokens, 2 * encoder.Config.HiddenSize], 0.02, noise, encoder.Device));
        else AttachProjected(noise);
    }

    private void AttachDirect(Func<int, Parameter> table)
    {
        for (int i = 0; i < encoder!.Layers.Count; i++)
            Add(i, new LayerPrefix(Learned($"layer.{i}.prefix", table(i), i + 1), null, null, null, null, encoder.Config.Heads));
    }

    private void AttachProjected(NoiseSource noise)
    {
        (int hidden, int width, Device device) = (encoder!.Config.HiddenSize, options.ProjectionSize, encoder.Device);
        Parameter table = Learned("embedding.weight", AdapterWeights.Normal([options.VirtualTokens, hidden], 1, noise, device), 0);
        Parameter first = Learned("transform.0.weight", AdapterWeights.Uniform([width, hidden], 1 / Math.Sqrt(hidden), noise, device), 0);
        Parameter firstBias = Learned("transform.0.bias", AdapterWeights.Uniform([width], 1 / Math.Sqrt(hidden), noise, device), 0);
        for (int i = 0; i < encoder.Layers.Count; i++)
        {
            Parameter second = Learned($"transform.2.{i}.weight", AdapterWeights.Uniform([2 * hidden, width], 1 / Math.Sqrt(width), noise, device), i + 1);
            Parameter bias = Learned($"transform.2.{i}.bias", AdapterWeights.Uniform([2 * hidden], 1 / Math.Sqrt(width), noise, device), i + 1);
            Add(i, new LayerPrefix(table, first, firstBias, second, bias, encoder.Config.Heads));
        }
    }

    private void Add(int layer, LayerPrefix prefix)
    {
        encoder!.Layers[layer].Prefix = prefix;
        prefixes.Add(prefix);
    }

    private Parameter Learned(string name, Parameter weight, int depth)
    {
        trained.Add(new TrainedWeight(name, weight) { Depth = depth });
        return weight;
    }

    public void Merge() => throw new InvalidOperationException("Prefixes take part in the attention, which no weight of the encoder can take over.");

    public IReadOnlyList<(string Name, long[] Shape, float[] Values)> Saved()
    {
        using var quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return [AdapterWeights.Stored(Stored, cat([.. prefixes.Select(p => p.Rows())], 1))];
    }

    // The network is not stored: what comes back is trained directly from there on.
    public void Restore(IAdapterSource source)
    {
        TextEncoder whole = encoder ?? throw new InvalidOperationException("The prefixes are attached to no encoder.");
        int part = 2 * whole.Config.HiddenSize;
        int tokens = (int)AdapterWeights.CheckShape(source, Stored, -1, whole.Layers.Count * (long)part)[0];
        float[] values = source.Read(Stored);
        Dispose();
        encoder = whole;
        AttachDirect(layer =>
        {
            float[] own = new float[tokens * part];
            for (int token = 0; token < tokens; token++) values.AsSpan((token * whole.Layers.Count + layer) * part, part).CopyTo(own.AsSpan(token * part));
            return AdapterWeights.Of(own, [tokens, part], whole.Device);
        });
    }

    public void Dispose()
    {
        foreach (EncoderLayer layer in encoder?.Layers ?? []) layer.Prefix = null;
        foreach (TrainedWeight weight in trained) weight.Value.Dispose();
        trained.Clear();
        prefixes.Clear();
        encoder = null;
    }
}
