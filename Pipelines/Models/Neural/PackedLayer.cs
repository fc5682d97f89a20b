namespace MLPipes.Pipelines;

/// <summary>A <see cref="NeuralLayer"/> as <see cref="TileProduct"/> reads it: blocks of 8 units, padded with zeros.</summary>
internal sealed class PackedLayer
{
    private const int Padding = 16;

    public PackedLayer(NeuralLayer layer)
    {
        Inputs = layer.Inputs;
        Outputs = layer.Outputs;
        Height = Padded(Inputs);
        Units = Padded(Outputs);
        Weights = new PinnedFloats((long)Height * Units);
        Biases = new PinnedFloats(Units);
        Slopes = new PinnedFloats(Units);
        Pack(layer.Weights, Inputs, Outputs, Weights.Span);
        layer.Biases.CopyTo(Biases.Span);
        layer.Slopes.CopyTo(Slopes.Span);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Inputs with padding.</summary>
    public int Height { get; }

    /// <summary>Outputs with padding.</summary>
    public int Units { get; }

    /// <summary>[units / 8][height][8].</summary>
    public PinnedFloats Weights { get; }

    public PinnedFloats Biases { get; }

    public PinnedFloats Slopes { get; }

    /// <summary>The next multiple of 16.</summary>
    public static int Padded(int count) => (count + Padding - 1) / Padding * Padding;

    /// <summary>Where the weight of an input and a unit lies.</summary>
    public static int IndexOf(int input, int unit, int height) => (((unit / TileProduct.Units * height) + input) * TileProduct.Units) + (unit % TileProduct.Units);

    private static void Pack(float[] weights, int inputs, int outputs, Span<float> packed)
    {
        int height = Padded(inputs);
        for (int k = 0; k < inputs; k++)
            for (int u = 0; u < outputs; u++) packed[IndexOf(k, u, height)] = weights[(k * outputs) + u];
    }
}
