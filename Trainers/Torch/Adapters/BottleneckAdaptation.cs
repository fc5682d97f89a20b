namespace MLPipes.Trainers.Torch;

/// <summary>Bottleneck adapters behind the feed-forward block of each layer (Pfeiffer), or behind the attention as well (Houlsby).</summary>
/// <remarks>PEFT knows no such kind; names follow its manner.</remarks>
internal sealed class BottleneckAdaptation(AdaptationOptions options) : IAdaptation
{
    private readonly List<(BottleneckAdapter Adapter, int Depth)> adapters = [];
    private TextEncoder? encoder;

    public Adaptation Kind => Adaptation.Bottleneck;

    public AdaptationOptions Options => options;

    public bool IsMergeable => false;

    public IReadOnlyList<TrainedWeight> Trained => [.. adapters.SelectMany(a => a.Adapter.Weights.Select(w => new TrainedWeight(AdapterWeights.Prefix + w.Name, w.Value) { Depth = a.Depth }))];

    public void Attach(TextEncoder encoder, int seed)
    {
        this.encoder = encoder;
        AdapterWeights.Free(encoder, _ => false);
        int hidden = encoder.Config.HiddenSize, width = options.BottleneckSize > 0 ? options.BottleneckSize : Math.Max(8, hidden / 16);
        using NoiseSource noise = new(seed);
        for (int i = 0; i < encoder.Layers.Count; i++)
        {
            EncoderLayer layer = encoder.Layers[i];
            if (options.BehindAttention)
            {
                BottleneckAdapter behind = new(layer.Output.Name, hidden, width, noise, encoder.Device);
                layer.AfterAttention = behind;
                adapters.Add((behind, i + 1));
            }
            BottleneckAdapter last = new(layer.Down.Name, hidden, width, noise, encoder.Device);
            layer.AfterFeedForward = last;
            adapters.Add((last, i + 1));
        }
    }

    public void Merge() => throw new InvalidOperationException("Bottleneck adapters hold a nonlinear function, which no weight of the encoder can take over.");

    public IReadOnlyList<(string Name, long[] Shape, float[] Values)> Saved() => [.. Trained.Select(w => AdapterWeights.Stored(w.Name, w.Value))];

    public void Restore(IAdapterSource source)
    {
        foreach (TrainedWeight weight in Trained) AdapterWeights.Restore(source, weight.Name, weight.Value);
    }

    public void Dispose()
    {
        foreach (EncoderLayer layer in encoder?.Layers ?? []) (layer.AfterAttention, layer.AfterFeedForward) = (null, null);
        foreach ((BottleneckAdapter adapter, _) in adapters) adapter.Dispose();
        adapters.Clear();
        encoder = null;
    }
}
