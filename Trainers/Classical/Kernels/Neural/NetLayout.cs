using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Where each parameter of a network lies in one array: every group starts at a multiple of 16 and is padded with zeros.</summary>
internal sealed class NetLayout
{
    private const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes, Width = NeuralParts.EmbeddingWidth;

    /// <param name="inputs">What the network reads.</param>
    /// <param name="periodic">Whether numbers have periodic features.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="outputs">Scores per row.</param>
    public NetLayout(NeuralInputs inputs, bool periodic, ReadOnlySpan<int> hidden, int outputs)
    {
        Inputs = inputs;
        Cells = inputs.Cells;
        Periodic = periodic ? inputs.Numbers.Length : 0;
        Width0 = Math.Max(1, Cells + (Mixes * Periodic) + (Width * inputs.Coded.Length));
        Height0 = PackedLayer.Padded(Width0);
        Frequencies = Next(Periodic * Waves);
        Phases = Next(Periodic * Waves);
        MixWeights = Next(Periodic * Waves * Mixes);
        MixBiases = Next(Periodic * Mixes);
        Embeddings = Next(inputs.Codes.Sum() * Width);
        Scales = Next(Height0);
        Layers = new Layer[hidden.Length + 1];
        for (int l = 0, width = Width0; l < Layers.Length; l++)
        {
            int units = l < hidden.Length ? hidden[l] : outputs, height = PackedLayer.Padded(width), padded = PackedLayer.Padded(units);
            Layers[l] = new Layer(width, units, height, padded, Next(checked(height * padded)), Next(padded), Next(padded));
            width = units;
        }
    }

    public NeuralInputs Inputs { get; }

    /// <summary>Cells of a row, as <see cref="NeuralInputs"/> has them.</summary>
    public int Cells { get; }

    /// <summary>Numbers with periodic features: all or none.</summary>
    public int Periodic { get; }

    /// <summary>Inputs of the first layer.</summary>
    public int Width0 { get; }

    /// <summary>The same with padding.</summary>
    public int Height0 { get; }

    public int Frequencies { get; }

    public int Phases { get; }

    public int MixWeights { get; }

    public int MixBiases { get; }

    public int Embeddings { get; }

    /// <summary>The factors in front of the first layer, [Height0].</summary>
    public int Scales { get; }

    public Layer[] Layers { get; }

    /// <summary>Floats of all parameters.</summary>
    public int Count { get; private set; }

    /// <summary>Outputs of the network.</summary>
    public int Outputs => Layers[^1].Outputs;

    private int Next(int count)
    {
        int start = Count;
        Count = checked(start + PackedLayer.Padded(count));
        return start;
    }

    /// <summary>A layer's sizes, and where its weights ([units / 8][height][8]), biases and slopes start.</summary>
    internal readonly record struct Layer(int Inputs, int Outputs, int Height, int Units, int Weights, int Biases, int Slopes)
    {
        /// <summary>Units in panels of 32.</summary>
        public int Panels => (Units + TileProduct.Columns - 1) / TileProduct.Columns;
    }
}
