using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Where each parameter of a network lies in one array: every group starts at a multiple of 16 and is padded with zeros.</summary>
internal sealed class NetLayout
{
    private const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes, Width = NeuralParts.EmbeddingWidth;

    private readonly int headStep;

    public NetLayout(NetDesign design)
    {
        Inputs = design.Inputs;
        Bins = design.Bins;
        Members = design.Members;
        Cells = Inputs.Cells;
        Periodic = design.IsPeriodic ? Inputs.Numbers.Length : 0;
        Width0 = Math.Max(1, Cells + (Mixes * Periodic) + Bins.Inputs + (Width * Inputs.Coded.Length));
        Height0 = PackedLayer.Padded(Width0);
        Frequencies = Next(Periodic * Waves);
        Phases = Next(Periodic * Waves);
        MixWeights = Next(Periodic * Waves * Mixes);
        MixBiases = Next(Periodic * Mixes);
        Embeddings = Next(Inputs.Codes.Sum() * Width);
        Pieces = Next((Bins.Pieces.Sum() + (2 * Bins.Pieces.Length)) * NeuralBins.Width);
        Scales = Next(checked(Members * Height0));
        Layers = new Layer[design.Hidden.Count + 1];
        for (int l = 0, width = Width0; l < Layers.Length; l++)
        {
            int units = l < design.Hidden.Count ? design.Hidden[l] : design.Outputs, height = PackedLayer.Padded(width), padded = PackedLayer.Padded(units);
            Layers[l] = new Layer(width, units, height, padded, Next(checked(height * padded)), Next(padded), Next(padded));
            width = units;
        }
        headStep = Count - Layers[^1].Weights;
        Next(checked((Members - 1) * headStep));
    }

    public NeuralInputs Inputs { get; }

    /// <summary>Pieces of numbers with an embedding linear within each.</summary>
    public NeuralBins Bins { get; }

    /// <summary>Networks that share all but <see cref="Scales"/> and their last layers.</summary>
    public int Members { get; }

    /// <summary>Cells of a row, as <see cref="NeuralInputs"/> has them.</summary>
    public int Cells { get; }

    /// <summary>Numbers with periodic features: all or none.</summary>
    public int Periodic { get; }

    /// <summary>Inputs of the first layer: cells, periodic features, embeddings of numbers, embeddings of codes.</summary>
    public int Width0 { get; }

    /// <summary>The same with padding.</summary>
    public int Height0 { get; }

    public int Frequencies { get; }

    public int Phases { get; }

    public int MixWeights { get; }

    public int MixBiases { get; }

    public int Embeddings { get; }

    /// <summary>For each number with pieces its slope, its offset and the rise of each piece, each [<see cref="NeuralBins.Width"/>].</summary>
    public int Pieces { get; }

    /// <summary>The factors in front of the first layer, [members × Height0].</summary>
    public int Scales { get; }

    /// <summary>The layers; the last is that of the first member.</summary>
    public Layer[] Layers { get; }

    /// <summary>Floats of all parameters.</summary>
    public int Count { get; private set; }

    /// <summary>Outputs of the network.</summary>
    public int Outputs => Layers[^1].Outputs;

    /// <summary>The last layer of a member.</summary>
    public Layer Head(int member)
    {
        Layer first = Layers[^1];
        int step = member * headStep;
        return first with { Weights = first.Weights + step, Biases = first.Biases + step, Slopes = first.Slopes + step };
    }

    /// <summary>A layer as a member has it.</summary>
    public Layer Of(int layer, int member) => layer < Layers.Length - 1 ? Layers[layer] : Head(member);

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
