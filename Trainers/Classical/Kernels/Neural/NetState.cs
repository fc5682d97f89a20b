using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A network's parameters, their gradients, and what Adam remembers of these.</summary>
internal sealed class NetState(NetLayout layout)
{
    public NetLayout Layout { get; } = layout;

    public PinnedFloats Values { get; } = new(layout.Count);

    public PinnedFloats Gradients { get; } = new(layout.Count);

    public PinnedFloats First { get; } = new(layout.Count);

    public PinnedFloats Second { get; } = new(layout.Count);

    /// <summary>Draws new parameters and forgets the rest.</summary>
    /// <remarks>
    /// Weights with deviation 1/√inputs, which with the rates of <see cref="NetStep"/> is the neural tangent parametrisation; biases with
    /// deviation 1; the last layer zero with the biases of a constant prediction. Frequencies as Better by Default, phases uniform.
    /// </remarks>
    public void Draw(Random random, double deviation, ReadOnlySpan<float> start)
    {
        foreach (PinnedFloats part in (PinnedFloats[])[Values, Gradients, First, Second]) part.Span.Clear();
        Span<float> values = Values.Span;
        const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes, Width = NeuralParts.EmbeddingWidth;
        int waves = Layout.Periodic * Waves;
        for (int i = 0; i < waves; i++) values[Layout.Frequencies + i] = (float)(deviation * Normal(random));
        for (int i = 0; i < waves; i++) values[Layout.Phases + i] = (float)(random.NextDouble() - 0.5);
        double bound = 1 / Math.Sqrt(Waves);
        for (int i = 0; i < waves * Mixes; i++) values[Layout.MixWeights + i] = (float)(bound * ((2 * random.NextDouble()) - 1));
        for (int i = 0; i < Layout.Periodic * Mixes; i++) values[Layout.MixBiases + i] = (float)(bound * ((2 * random.NextDouble()) - 1));
        int codes = Layout.Inputs.Codes.Sum() * Width;
        for (int i = 0; i < codes; i++) values[Layout.Embeddings + i] = (float)Normal(random);
        values.Slice(Layout.Scales, Layout.Width0).Fill(1);
        for (int l = 0; l < Layout.Layers.Length; l++)
        {
            NetLayout.Layer layer = Layout.Layers[l];
            values.Slice(layer.Slopes, layer.Outputs).Fill(1);
            if (l == Layout.Layers.Length - 1)
            {
                start.CopyTo(values[layer.Biases..]);
                break;
            }
            double scale = 1 / Math.Sqrt(layer.Inputs);
            for (int k = 0; k < layer.Inputs; k++)
                for (int u = 0; u < layer.Outputs; u++) values[layer.Weights + PackedLayer.IndexOf(k, u, layer.Height)] = (float)(scale * Normal(random));
            for (int u = 0; u < layer.Outputs; u++) values[layer.Biases + u] = (float)Normal(random);
        }
    }

    /// <summary>The network as plain data; the factors in front of the first layer go into its weights.</summary>
    public NeuralParts ToParts(ReadOnlySpan<float> values, NeuralActivation activation, NeuralRange? range, int epochs)
    {
        const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes, Width = NeuralParts.EmbeddingWidth;
        int waves = Layout.Periodic * Waves;
        NeuralLayer[] layers = new NeuralLayer[Layout.Layers.Length];
        for (int l = 0; l < layers.Length; l++)
        {
            NetLayout.Layer layer = Layout.Layers[l];
            float[] weights = new float[layer.Inputs * layer.Outputs];
            for (int k = 0; k < layer.Inputs; k++)
            {
                float factor = l == 0 ? values[Layout.Scales + k] : 1;
                for (int u = 0; u < layer.Outputs; u++) weights[(k * layer.Outputs) + u] = factor * values[layer.Weights + PackedLayer.IndexOf(k, u, layer.Height)];
            }
            layers[l] = new NeuralLayer
            {
                Inputs = layer.Inputs,
                Outputs = layer.Outputs,
                Weights = weights,
                Biases = values.Slice(layer.Biases, layer.Outputs).ToArray(),
                Slopes = l == layers.Length - 1 ? [] : values.Slice(layer.Slopes, layer.Outputs).ToArray(),
            };
        }
        return new NeuralParts
        {
            Inputs = Layout.Inputs,
            Frequencies = values.Slice(Layout.Frequencies, waves).ToArray(),
            Phases = values.Slice(Layout.Phases, waves).ToArray(),
            MixWeights = values.Slice(Layout.MixWeights, waves * Mixes).ToArray(),
            MixBiases = values.Slice(Layout.MixBiases, Layout.Periodic * Mixes).ToArray(),
            Embeddings = values.Slice(Layout.Embeddings, Layout.Inputs.Codes.Sum() * Width).ToArray(),
            Layers = layers,
            Activation = activation,
            Range = range,
            Epochs = epochs,
        };
    }

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
