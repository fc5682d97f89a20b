using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>LoRA on an encoder's linear layers.</summary>
internal sealed class LoraAdaptation(AdaptationOptions options) : IAdaptation
{
    private readonly List<(LoraAdapter Adapter, int Depth)> adapters = [];

    public Adaptation Kind => Adaptation.LoRA;

    public AdaptationOptions Options => options;

    public bool IsMergeable => true;

    public IReadOnlyList<TrainedWeight> Trained =>
        [.. adapters.SelectMany(a => new[] { new TrainedWeight(NameOf(a.Adapter, "A"), a.Adapter.A) { Depth = a.Depth }, new TrainedWeight(NameOf(a.Adapter, "B"), a.Adapter.B) { Depth = a.Depth } })];

    public void Attach(TextEncoder encoder, int seed)
    {
        AdapterWeights.Free(encoder, _ => false);
        using NoiseSource noise = new(seed);
        foreach ((EncoderLinear linear, int depth) in AdapterWeights.Linears(encoder, options.Linears))
        {
            LoraAdapter adapter = new(linear, options, noise);
            linear.Adapter = adapter;
            adapters.Add((adapter, depth));
        }
    }

    public void Merge()
    {
        using var quiet = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((LoraAdapter adapter, _) in adapters) adapter.Linear.Weight.add_(adapter.WeightChange());
        Dispose();
    }

    public IReadOnlyList<(string Name, long[] Shape, float[] Values)> Saved() => [.. Trained.Select(w => AdapterWeights.Stored(w.Name, w.Value))];

    public void Restore(IAdapterSource source)
    {
        foreach (TrainedWeight weight in Trained) AdapterWeights.Restore(source, weight.Name, weight.Value);
    }

    public void Dispose()
    {
        foreach ((LoraAdapter adapter, _) in adapters)
        {
            adapter.Linear.Adapter = null;
            adapter.Dispose();
        }
        adapters.Clear();
    }

    private static string NameOf(LoraAdapter adapter, string matrix) => $"{AdapterWeights.Prefix}{adapter.Linear.Name}.lora_{matrix}.weight";
}
