using System.Runtime.InteropServices;

namespace MLPipes.Pipelines;

/// <summary>All that a <see cref="NeuralModel"/> was taught, as plain data.</summary>
/// <remarks>
/// The first layer's inputs are the cells of <see cref="Inputs"/>, then for each number the <see cref="Mixes"/> values
/// bias + Σ_w mix_w · cos 2π(frequency_w · x + phase_w) where it has periodic features, then the embedding of each code.
/// Source of the periodic features: Gorishniy et al., On Embeddings for Numerical Features in Tabular Deep Learning, NeurIPS 2022,
/// in the form with biases of Holzmüller et al., Better by Default, NeurIPS 2024.
/// </remarks>
public sealed class NeuralParts
{
    /// <summary>Waves of each number.</summary>
    public const int Waves = 16;

    /// <summary>Values that a number's waves are mixed into.</summary>
    public const int Mixes = 3;

    /// <summary>Width of an embedding.</summary>
    public const int EmbeddingWidth = 8;

    /// <summary>From features to cells and codes.</summary>
    public required NeuralInputs Inputs { get; init; }

    /// <summary>[numbers × waves], or empty for no periodic features.</summary>
    public float[] Frequencies { get; init; } = [];

    /// <summary>In turns, as <see cref="Frequencies"/>.</summary>
    public float[] Phases { get; init; } = [];

    /// <summary>[numbers × waves × mixes], or empty.</summary>
    public float[] MixWeights { get; init; } = [];

    /// <summary>[numbers × mixes], or empty.</summary>
    public float[] MixBiases { get; init; } = [];

    /// <summary>[codes of all categories × <see cref="EmbeddingWidth"/>].</summary>
    public float[] Embeddings { get; init; } = [];

    /// <summary>At least one; the last gives the scores.</summary>
    public required NeuralLayer[] Layers { get; init; }

    /// <summary>The bend between layers.</summary>
    public NeuralActivation Activation { get; init; }

    /// <summary>score = clamp(output · scale + offset, low, high); for classes the output itself.</summary>
    public NeuralRange? Range { get; init; }

    /// <summary>Epochs it was taught for.</summary>
    public int Epochs { get; init; }

    internal int Periodic => Frequencies.Length / Waves;

    internal int Width => Math.Max(1, Inputs.Cells + (Mixes * Periodic) + (EmbeddingWidth * Inputs.Coded.Length));

    internal static bool AllFinite(ReadOnlySpan<float> values)
    {
        // A finite float's exponent bits are not all ones.
        foreach (int bits in MemoryMarshal.Cast<float, int>(values)) if ((bits & 0x7F800000) == 0x7F800000) return false;
        return true;
    }

    internal string? FindProblem()
    {
        if (Inputs.FindProblem() is { } problem) return problem;
        int numbers = Frequencies.Length == 0 ? 0 : Inputs.Numbers.Length;
        if (Frequencies.Length != numbers * Waves || Phases.Length != Frequencies.Length || MixWeights.Length != numbers * Waves * Mixes || MixBiases.Length != numbers * Mixes)
            return "the periodic features do not fit the numbers";
        if (Embeddings.Length != Inputs.Codes.Sum(c => (long)c) * EmbeddingWidth) return "the embeddings do not fit the codes";
        foreach (float[] values in (float[][])[Frequencies, Phases, MixWeights, MixBiases, Embeddings])
            if (!AllFinite(values)) return "a value is not finite";
        if (!Enum.IsDefined(Activation)) return $"activation {Activation}";
        if (Epochs < 0) return $"{Epochs} epochs";
        if (Layers.Length == 0) return "no layers";
        int width = Width;
        for (int i = 0; i < Layers.Length; i++)
        {
            if (Layers[i].FindProblem(i == Layers.Length - 1) is { } fault) return $"layer {i}: {fault}";
            if (Layers[i].Inputs != width) return $"layer {i} reads {Layers[i].Inputs} inputs and is given {width}";
            width = Layers[i].Outputs;
        }
        return Range is { IsBroken: true } ? "the range of scores is broken" : null;
    }

    internal void Write(PlainWriter writer)
    {
        Inputs.Write(writer);
        foreach (float[] values in (float[][])[Frequencies, Phases, MixWeights, MixBiases, Embeddings]) writer.Floats(values);
        writer.Int((int)Activation);
        writer.Int(Epochs);
        NeuralRange.Write(Range, writer);
        writer.Int(Layers.Length);
        foreach (NeuralLayer layer in Layers) layer.Write(writer);
    }

    internal static NeuralParts Read(PlainReader reader)
    {
        NeuralInputs inputs = NeuralInputs.Read(reader);
        float[] frequencies = reader.Floats(), phases = reader.Floats(), weights = reader.Floats(), biases = reader.Floats(), embeddings = reader.Floats();
        NeuralActivation activation = (NeuralActivation)reader.Int();
        int epochs = reader.Int();
        NeuralRange? range = NeuralRange.Read(reader);
        NeuralLayer[] layers = new NeuralLayer[reader.Int(1, 100, "layers")];
        for (int i = 0; i < layers.Length; i++) layers[i] = NeuralLayer.Read(reader);
        return new NeuralParts
        {
            Inputs = inputs,
            Frequencies = frequencies,
            Phases = phases,
            MixWeights = weights,
            MixBiases = biases,
            Embeddings = embeddings,
            Activation = activation,
            Epochs = epochs,
            Range = range,
            Layers = layers,
        };
    }
}
