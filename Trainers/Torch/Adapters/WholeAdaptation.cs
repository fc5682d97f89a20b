namespace MLPipes.Trainers.Torch;

/// <summary>All of the encoder's weights learn, or none, or the biases alone: nothing is added.</summary>
internal sealed class WholeAdaptation(Adaptation kind, AdaptationOptions options) : IAdaptation
{
    private TextEncoder? encoder;

    public Adaptation Kind => kind;

    public AdaptationOptions Options => options;

    public IReadOnlyList<TrainedWeight> Trained => encoder is null ? [] : [.. encoder.Weights.Where(w => Learns(w.Key)).Select(w => new TrainedWeight(w.Key, w.Value) { Depth = encoder.DepthOf(w.Key) })];

    public bool IsMergeable => true;

    public void Attach(TextEncoder encoder, int seed)
    {
        this.encoder = encoder;
        AdapterWeights.Free(encoder, Learns);
    }

    // Biases of norms as well: Zaken et al., section 3.
    private bool Learns(string name) => kind switch
    {
        Adaptation.Full => true,
        Adaptation.BitFit => name.EndsWith(".bias", StringComparison.Ordinal),
        _ => false,
    };

    // The weights that learned are the encoder's own.
    public void Merge() => encoder = null;

    public IReadOnlyList<(string Name, long[] Shape, float[] Values)> Saved() =>
        [.. Trained.Select(w => AdapterWeights.Stored(AdapterWeights.Prefix + w.Name, w.Value))];

    public void Restore(IAdapterSource source)
    {
        foreach (TrainedWeight weight in Trained) AdapterWeights.Restore(source, AdapterWeights.Prefix + weight.Name, weight.Value);
    }

    public void Dispose() => encoder = null;
}
