namespace MLPipes.Pipelines;

/// <summary>A feed-forward neural network over encoded features.</summary>
public sealed unsafe class NeuralModel : IModel, IPlainPart<NeuralModel>
{
    // Fewer rows than this are faster one by one than as a tile of 32; the bits are the same.
    private const int FewRows = 5;

    [ThreadStatic]
    private static PinnedFloats? scratch;

    private readonly PackedLayer[] layers;
    private readonly int widest;
    private readonly int cells;

    /// <summary>A network of <paramref name="parts"/>.</summary>
    /// <param name="parts">What was learned.</param>
    /// <param name="link">From scores to predictions; null for bare margins.</param>
    /// <exception cref="ArgumentException">The parts do not fit together, or hold a number that is not finite.</exception>
    public NeuralModel(NeuralParts parts, ILink? link)
    {
        if (parts.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(parts));
        Parts = parts;
        Link = link;
        layers = [.. parts.Layers.Select(l => new PackedLayer(l))];
        cells = parts.Inputs.Cells;
        widest = Math.Max(layers[0].Height, layers.Max(l => l.Units));
    }

    /// <summary>What was learned.</summary>
    public NeuralParts Parts { get; }

    /// <inheritdoc/>
    public static string Kind => "neural";

    /// <inheritdoc/>
    public int FeatureCount => Parts.Inputs.Features;

    /// <inheritdoc/>
    public int OutputCount => layers[^1].Outputs;

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        PinnedFloats space = Scratch(2L * widest);
        float* x = space.At, z = x + widest;
        new Span<float>(x, widest).Clear();
        Encode(row, new Span<float>(x, widest));
        for (int i = 0; i < layers.Length; i++)
        {
            PackedLayer layer = layers[i];
            RowProduct.Forward(layer.Weights.At, layer.Height, layer.Inputs, x, layer.Units, z);
            if (i < layers.Length - 1) NeuralBend.Row(Parts.Activation, z, layer.Biases.At, layer.Slopes.At, layer.Units);
            else for (int unit = 0; unit < layer.Outputs; unit++) scores[unit] = Finished(z[unit] + layer.Biases.At[unit]);
            float* read = x;
            x = z;
            z = read;
        }
    }

    /// <inheritdoc/>
    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        int outputs = OutputCount;
        for (int from = 0; from < count; from += TileProduct.Columns)
        {
            int some = Math.Min(TileProduct.Columns, count - from);
            if (some >= FewRows) ScoreTile(rows, start + from, some, scores[(from * outputs)..]);
            else for (int i = from; i < from + some; i++) Score(rows.Row(start + i), scores.Slice(i * outputs, outputs));
        }
    }

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        Parts.Write(writer);
        writer.Bool(Link is not null);
        if (Link is not null) writer.Part(Link);
    }

    /// <inheritdoc/>
    public static NeuralModel Read(PlainReader reader)
    {
        NeuralParts parts = NeuralParts.Read(reader);
        if (parts.FindProblem() is { } problem) throw reader.Damaged(problem);
        return new NeuralModel(parts, reader.Bool() ? reader.Part<ILink>() : null);
    }

    private static PinnedFloats Scratch(long count) => scratch is { } known && known.Count >= count ? known : scratch = new PinnedFloats(count);

    private float Finished(float output) => Parts.Range is { } range ? range.Of(output) : output;

    private void ScoreTile(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        const int Columns = TileProduct.Columns;
        PinnedFloats space = Scratch(((2L * Columns) + 1) * widest);
        float* x = space.At, z = x + ((long)Columns * widest), row = z + ((long)Columns * widest);
        new Span<float>(x, Columns * layers[0].Height).Clear();
        for (int i = 0; i < count; i++)
        {
            new Span<float>(row, layers[0].Height).Clear();
            Encode(rows.Row(start + i), new Span<float>(row, layers[0].Height));
            for (int k = 0; k < layers[0].Inputs; k++) x[(k * Columns) + i] = row[k];
        }
        for (int l = 0; l < layers.Length; l++)
        {
            PackedLayer layer = layers[l];
            float* weights = layer.Weights.At;
            for (int unit = 0; unit < layer.Units; unit += TileProduct.Units, weights += layer.Height * TileProduct.Units)
                TileProduct.Multiply<TileProduct.OverInputs>(weights, layer.Inputs, 1, 0, x, z + (unit * Columns));
            if (l < layers.Length - 1) NeuralBend.Tile(Parts.Activation, z, z, layer.Biases.At, layer.Slopes.At, layer.Units);
            else
                for (int unit = 0; unit < layer.Outputs; unit++)
                    for (int i = 0; i < count; i++) scores[(i * layer.Outputs) + unit] = Finished(z[(unit * Columns) + i] + layer.Biases.At[unit]);
            float* read = x;
            x = z;
            z = read;
        }
    }

    private void Encode(FeatureRow row, Span<float> into)
    {
        const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes;
        Parts.Inputs.Encode(row, Parts.Embeddings, Mixes * Parts.Periodic, into);
        int at = cells;
        fixed (float* frequencies = Parts.Frequencies, phases = Parts.Phases, weights = Parts.MixWeights, biases = Parts.MixBiases, inputs = into)
        {
            for (int f = 0; f < Parts.Periodic; f++, at += Mixes)
                NeuralPeriods.Row(inputs[f], frequencies + (f * Waves), phases + (f * Waves), weights + (f * Waves * Mixes), biases + (f * Mixes), inputs + at);
        }
    }
}
