namespace MLPipes.Pipelines;

/// <summary>All that a <see cref="NeuralEnsembleModel"/> was taught, as plain data.</summary>
/// <remarks>
/// The inputs of a row are the cells of <see cref="Inputs"/>, then the embedding of each number of <see cref="Bins"/>, then the embedding of
/// each code. Member m multiplies them by factors of its own; layers follow that all members share, z = W·x + b with max(0, z) behind; then a
/// last layer of its own gives its outputs. Source: Gorishniy, Kotelnikov and Babenko, TabM: Advancing Tabular Deep Learning with
/// Parameter-Efficient Ensembling, ICLR 2025, section 3.3 (TabM-mini).
/// </remarks>
public sealed class NeuralEnsembleParts
{
    /// <summary>Most members.</summary>
    public const int MostMembers = TileProduct.Columns;

    /// <summary>From features to cells and codes.</summary>
    public required NeuralInputs Inputs { get; init; }

    /// <summary>The pieces of numbers that have an embedding.</summary>
    public NeuralBins Bins { get; init; } = NeuralBins.None;

    /// <summary>Embeddings of numbers at the edges of their pieces, [edges × <see cref="NeuralBins.Width"/>].</summary>
    public float[] EdgeValues { get; init; } = [];

    /// <summary>[codes of all categories × <see cref="NeuralParts.EmbeddingWidth"/>].</summary>
    public float[] Embeddings { get; init; } = [];

    /// <summary>Factors of the inputs, [members × inputs].</summary>
    public required float[] Factors { get; init; }

    /// <summary>The layers that all members share, none or more; slopes are 1.</summary>
    public required NeuralLayer[] Shared { get; init; }

    /// <summary>The last layer of each member, [members], at most <see cref="MostMembers"/>.</summary>
    public required NeuralLayer[] Heads { get; init; }

    /// <summary>score = clamp(mean output · scale + offset, low, high); null for classes.</summary>
    public NeuralRange? Range { get; init; }

    /// <summary>Epochs it was taught for.</summary>
    public int Epochs { get; init; }

    internal int Width => Math.Max(1, Inputs.Cells + Bins.Inputs + (NeuralParts.EmbeddingWidth * Inputs.Coded.Length));

    internal string? FindProblem()
    {
        if (Inputs.FindProblem() is { } problem) return problem;
        if (Bins.FindProblem(Inputs.Cells) is { } fault) return fault;
        if (EdgeValues.Length != (long)Bins.Edges.Length * NeuralBins.Width) return "the embeddings of numbers do not fit the edges";
        if (Embeddings.Length != Inputs.Codes.Sum(c => (long)c) * NeuralParts.EmbeddingWidth) return "the embeddings do not fit the codes";
        if (Heads.Length is < 1 or > MostMembers) return $"{Heads.Length} members";
        if (Factors.Length != (long)Heads.Length * Width) return $"{Factors.Length} factors for {Heads.Length} members and {Width} inputs";
        foreach (float[] values in (float[][])[EdgeValues, Embeddings, Factors]) if (!NeuralParts.AllFinite(values)) return "a value is not finite";
        if (Epochs < 0) return $"{Epochs} epochs";
        int width = Width;
        for (int i = 0; i < Shared.Length; width = Shared[i++].Outputs) if (Problem(Shared[i], width, isLast: false) is { } wrong) return $"layer {i}: {wrong}";
        for (int m = 0; m < Heads.Length; m++)
        {
            if (Problem(Heads[m], width, isLast: true) is { } wrong) return $"member {m}: {wrong}";
            if (Heads[m].Outputs != Heads[0].Outputs) return $"member {m} has {Heads[m].Outputs} outputs, the first {Heads[0].Outputs}";
        }
        return Range is { IsBroken: true } ? "the range of scores is broken" : Range is not null && Heads[0].Outputs > 1 ? "a range of several scores" : null;
    }

    internal void Write(PlainWriter writer)
    {
        Inputs.Write(writer);
        Bins.Write(writer);
        foreach (float[] values in (float[][])[EdgeValues, Embeddings, Factors]) writer.Floats(values);
        writer.Int(Epochs);
        NeuralRange.Write(Range, writer);
        foreach (NeuralLayer[] layers in (NeuralLayer[][])[Shared, Heads])
        {
            writer.Int(layers.Length);
            foreach (NeuralLayer layer in layers) layer.Write(writer);
        }
    }

    internal static NeuralEnsembleParts Read(PlainReader reader) => new()
    {
        Inputs = NeuralInputs.Read(reader),
        Bins = NeuralBins.Read(reader),
        EdgeValues = reader.Floats(),
        Embeddings = reader.Floats(),
        Factors = reader.Floats(),
        Epochs = reader.Int(),
        Range = NeuralRange.Read(reader),
        Shared = Layers(reader, 0),
        Heads = Layers(reader, 1),
    };

    private static NeuralLayer[] Layers(PlainReader reader, int least)
    {
        NeuralLayer[] layers = new NeuralLayer[reader.Int(least, 100, "layers")];
        for (int i = 0; i < layers.Length; i++) layers[i] = NeuralLayer.Read(reader);
        return layers;
    }

    private static string? Problem(NeuralLayer layer, int width, bool isLast) =>
        layer.FindProblem(isLast) ?? (layer.Inputs == width ? null : $"it reads {layer.Inputs} inputs and is given {width}");
}
