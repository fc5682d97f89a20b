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
    /// Weights with deviation 1/√inputs, which with the rates of RealMLP's recipe is the neural tangent parametrisation; biases with
    /// deviation 1; the last layer zero with the biases of a constant prediction. Frequencies as Better by Default, phases uniform. Or uniform,
    /// as <see cref="NetStart.Uniform"/> says. Several members start with factors of their inputs that are 1 or −1 at random.
    /// </remarks>
    /// <param name="random">Drawn from.</param>
    /// <param name="deviation">Of frequencies.</param>
    /// <param name="start">Biases of the last layer, those of a constant prediction.</param>
    /// <param name="way">How weights begin.</param>
    public void Draw(Random random, double deviation, ReadOnlySpan<float> start, NetStart way = NetStart.Settled)
    {
        foreach (PinnedFloats part in (PinnedFloats[])[Values, Gradients, First, Second]) part.Span.Clear();
        Span<float> values = Values.Span;
        const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes, Width = NeuralParts.EmbeddingWidth;
        int waves = Layout.Periodic * Waves;
        for (int i = 0; i < waves; i++) values[Layout.Frequencies + i] = (float)(deviation * Normal(random));
        for (int i = 0; i < waves; i++) values[Layout.Phases + i] = (float)(random.NextDouble() - 0.5);
        double bound = 1 / Math.Sqrt(Waves);
        for (int i = 0; i < waves * Mixes; i++) values[Layout.MixWeights + i] = (float)(bound * Even(random));
        for (int i = 0; i < Layout.Periodic * Mixes; i++) values[Layout.MixBiases + i] = (float)(bound * Even(random));
        int codes = Layout.Inputs.Codes.Sum() * Width;
        for (int i = 0; i < codes; i++) values[Layout.Embeddings + i] = (float)Normal(random);
        DrawPieces(random, values);
        for (int member = 0; member < Layout.Members; member++)
            foreach (ref float factor in values.Slice(Layout.Scales + (member * Layout.Height0), Layout.Width0)) factor = Layout.Members == 1 || random.Next(2) == 0 ? 1 : -1;
        foreach (NetLayout.Layer layer in Layout.Layers.AsSpan(0, Layout.Layers.Length - 1)) Draw(random, layer, way, values);
        for (int member = 0; member < Layout.Members; member++)
        {
            NetLayout.Layer head = Layout.Head(member);
            if (way == NetStart.Uniform) Draw(random, head, way, values);
            values.Slice(head.Slopes, head.Outputs).Fill(1);
            for (int u = 0; u < start.Length; u++) values[head.Biases + u] += start[u];
        }
    }

    /// <summary>The parts of an ensemble as plain data; one that has learned nothing predicts a constant.</summary>
    public NeuralEnsembleParts ToEnsemble(ReadOnlySpan<float> values, NeuralRange? range, int epochs, ReadOnlySpan<float> start)
    {
        float[] edges = new float[Layout.Bins.Edges.Length * NeuralBins.Width], factors = new float[Layout.Members * Layout.Width0];
        NetPieces.AtEdges(Layout, values, edges);
        NeuralLayer[] heads = new NeuralLayer[Layout.Members], shared = new NeuralLayer[Layout.Layers.Length - 1];
        for (int l = 0; l < shared.Length; l++) shared[l] = ToLayer(values, Layout.Layers[l], isLast: false);
        for (int m = 0; m < heads.Length; m++)
        {
            values.Slice(Layout.Scales + (m * Layout.Height0), Layout.Width0).CopyTo(factors.AsSpan(m * Layout.Width0));
            NetLayout.Layer head = Layout.Head(m);
            heads[m] = epochs > 0 ? ToLayer(values, head, isLast: true)
                : new NeuralLayer { Inputs = head.Inputs, Outputs = head.Outputs, Weights = new float[head.Inputs * head.Outputs], Biases = start.ToArray() };
        }
        return new NeuralEnsembleParts
        {
            Inputs = Layout.Inputs,
            Bins = Layout.Bins,
            EdgeValues = edges,
            Embeddings = values.Slice(Layout.Embeddings, Layout.Inputs.Codes.Sum() * NeuralParts.EmbeddingWidth).ToArray(),
            Factors = factors,
            Shared = shared,
            Heads = heads,
            Range = range,
            Epochs = epochs,
        };
    }

    /// <summary>The network as plain data; the factors in front of the first layer go into its weights.</summary>
    public NeuralParts ToParts(ReadOnlySpan<float> values, NeuralActivation activation, NeuralRange? range, int epochs)
    {
        const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes, Width = NeuralParts.EmbeddingWidth;
        int waves = Layout.Periodic * Waves;
        NeuralLayer[] layers = new NeuralLayer[Layout.Layers.Length];
        for (int l = 0; l < layers.Length; l++) layers[l] = ToLayer(values, Layout.Layers[l], isLast: l == layers.Length - 1);
        for (int i = 0; i < layers[0].Weights.Length; i++) layers[0].Weights[i] *= values[Layout.Scales + (i / layers[0].Outputs)];
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

    private static NeuralLayer ToLayer(ReadOnlySpan<float> values, NetLayout.Layer layer, bool isLast)
    {
        float[] weights = new float[layer.Inputs * layer.Outputs];
        for (int k = 0; k < layer.Inputs; k++)
            for (int u = 0; u < layer.Outputs; u++) weights[(k * layer.Outputs) + u] = values[layer.Weights + PackedLayer.IndexOf(k, u, layer.Height)];
        return new NeuralLayer
        {
            Inputs = layer.Inputs,
            Outputs = layer.Outputs,
            Weights = weights,
            Biases = values.Slice(layer.Biases, layer.Outputs).ToArray(),
            Slopes = isLast ? [] : values.Slice(layer.Slopes, layer.Outputs).ToArray(),
        };
    }

    private static void Draw(Random random, NetLayout.Layer layer, NetStart way, Span<float> values)
    {
        double scale = 1 / Math.Sqrt(layer.Inputs);
        for (int k = 0; k < layer.Inputs; k++)
            for (int u = 0; u < layer.Outputs; u++) values[layer.Weights + PackedLayer.IndexOf(k, u, layer.Height)] = (float)(scale * (way == NetStart.Uniform ? Even(random) : Normal(random)));
        for (int u = 0; u < layer.Outputs; u++) values[layer.Biases + u] = (float)(way == NetStart.Uniform ? scale * Even(random) : Normal(random));
        values.Slice(layer.Slopes, layer.Outputs).Fill(1);
    }

    // A linear function of each number, without a rise of its own in any piece.
    private void DrawPieces(Random random, Span<float> values)
    {
        double bound = 1 / Math.Sqrt(NeuralBins.Width);
        int at = Layout.Pieces;
        foreach (int pieces in Layout.Bins.Pieces)
        {
            for (int i = 0; i < 2 * NeuralBins.Width; i++) values[at + i] = (float)(bound * Even(random));
            at += (pieces + 2) * NeuralBins.Width;
        }
    }

    private static double Even(Random random) => (2 * random.NextDouble()) - 1;

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
