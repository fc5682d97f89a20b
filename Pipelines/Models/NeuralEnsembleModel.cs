using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Several neural networks that share most weights, averaged: numbers by their outputs, classes by their probabilities.</summary>
/// <remarks>
/// The members of a row stand side by side in the 32 columns of a tile, so that a single row goes through the kernels that batches go through; with
/// few members several rows share a tile. Scores of classes are log-odds, or logarithms, of the mean probabilities, as the links expect.
/// </remarks>
public sealed unsafe class NeuralEnsembleModel : IModel, IPlainPart<NeuralEnsembleModel>
{
    private const int Columns = TileProduct.Columns;

    [ThreadStatic]
    private static PinnedFloats? scratch;

    private readonly PackedLayer[] layers;
    private readonly PinnedFloats factors;
    private readonly PinnedFloats heads;
    private readonly PinnedFloats biases;
    private readonly int width;
    private readonly int height;
    private readonly int headInputs;
    private readonly int members;
    private readonly int rowsPerTile;

    /// <summary>An ensemble of <paramref name="parts"/>.</summary>
    /// <param name="parts">What was learned.</param>
    /// <param name="link">From scores to predictions; null for bare margins.</param>
    /// <exception cref="ArgumentException">The parts do not fit together, or hold a number that is not finite.</exception>
    public NeuralEnsembleModel(NeuralEnsembleParts parts, ILink? link)
    {
        if (parts.FindProblem() is { } problem) throw new ArgumentException(problem, nameof(parts));
        Parts = parts;
        Link = link;
        layers = [.. parts.Shared.Select(l => new PackedLayer(l))];
        width = parts.Width;
        members = parts.Heads.Length;
        OutputCount = parts.Heads[0].Outputs;
        headInputs = parts.Heads[0].Inputs;
        height = Math.Max(PackedLayer.Padded(width), layers.Length == 0 ? 0 : layers.Max(l => l.Units));
        rowsPerTile = Columns / members;
        factors = new PinnedFloats((long)width * Columns);
        heads = new PinnedFloats((long)OutputCount * headInputs * Columns);
        biases = new PinnedFloats((long)OutputCount * Columns);
        for (int column = 0; column < rowsPerTile * members; column++)
        {
            NeuralLayer head = parts.Heads[column % members];
            for (int k = 0; k < width; k++) factors.Span[(k * Columns) + column] = parts.Factors[(column % members * width) + k];
            for (int output = 0; output < OutputCount; output++)
            {
                biases.Span[(output * Columns) + column] = head.Biases[output];
                for (int k = 0; k < headInputs; k++) heads.Span[(((output * headInputs) + k) * Columns) + column] = head.Weights[(k * OutputCount) + output];
            }
        }
    }

    /// <summary>What was learned.</summary>
    public NeuralEnsembleParts Parts { get; }

    /// <inheritdoc/>
    public static string Kind => "neural-ensemble";

    /// <inheritdoc/>
    public int FeatureCount => Parts.Inputs.Features;

    /// <inheritdoc/>
    public int OutputCount { get; }

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores)
    {
        PinnedFloats space = Scratch();
        Place(row, space, 0);
        Run(space, 1, scores);
    }

    /// <inheritdoc/>
    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores)
    {
        PinnedFloats space = Scratch();
        for (int from = 0; from < count; from += rowsPerTile)
        {
            int some = Math.Min(rowsPerTile, count - from);
            for (int i = 0; i < some; i++) Place(rows.Row(start + from + i), space, i);
            Run(space, some, scores.Slice(from * OutputCount, some * OutputCount));
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
    public static NeuralEnsembleModel Read(PlainReader reader)
    {
        NeuralEnsembleParts parts = NeuralEnsembleParts.Read(reader);
        if (parts.FindProblem() is { } problem) throw reader.Damaged(problem);
        return new NeuralEnsembleModel(parts, reader.Bool() ? reader.Part<ILink>() : null);
    }

    private PinnedFloats Scratch()
    {
        long count = ((2L * Columns) + 1) * Math.Max(height, OutputCount);
        return scratch is { } known && known.Count >= count ? known : scratch = new PinnedFloats(count);
    }

    // The members of one row into its columns of the tile.
    private void Place(FeatureRow row, PinnedFloats space, int slot)
    {
        float* x = space.At, inputs = x + (2L * Columns * Math.Max(height, OutputCount));
        Span<float> values = new(inputs, width);
        values.Clear();
        Parts.Inputs.Encode(row, Parts.Embeddings, Parts.Bins.Inputs, values);
        Parts.Bins.Embed(values, Parts.EdgeValues, values[Parts.Inputs.Cells..]);
        float* factor = factors.At + (slot * members), to = x + (slot * members);
        for (int k = 0; k < width; k++, factor += Columns, to += Columns)
            for (int m = 0; m < members; m++) to[m] = inputs[k] * factor[m];
    }

    private void Run(PinnedFloats space, int rows, Span<float> scores)
    {
        float* x = space.At, z = x + ((long)Columns * Math.Max(height, OutputCount));
        foreach (PackedLayer layer in layers)
        {
            float* weights = layer.Weights.At;
            for (int unit = 0; unit < layer.Units; unit += TileProduct.Units, weights += layer.Height * TileProduct.Units)
                TileProduct.Multiply<TileProduct.OverInputs>(weights, layer.Inputs, 1, 0, x, z + (unit * Columns));
            NeuralBend.Tile(NeuralActivation.Relu, z, z, layer.Biases.At, layer.Slopes.At, layer.Units);
            float* read = x;
            x = z;
            z = read;
        }
        float* head = heads.At;
        for (int output = 0; output < OutputCount; output++)
        {
            Vector512<float> left = Vector512.Load(biases.At + (output * Columns)), right = Vector512.Load(biases.At + (output * Columns) + 16);
            for (int k = 0; k < headInputs; k++, head += Columns)
            {
                left = Vector512.FusedMultiplyAdd(Vector512.Load(head), Vector512.Load(x + (k * Columns)), left);
                right = Vector512.FusedMultiplyAdd(Vector512.Load(head + 16), Vector512.Load(x + (k * Columns) + 16), right);
            }
            left.Store(z + (output * Columns));
            right.Store(z + (output * Columns) + 16);
        }
        if (Parts.Range is null) NeuralShares.Tile(z, OutputCount);
        for (int row = 0; row < rows; row++)
            for (int output = 0; output < OutputCount; output++)
            {
                double sum = 0;
                for (int m = 0; m < members; m++) sum += z[(output * Columns) + (row * members) + m];
                double mean = sum / members;
                scores[(row * OutputCount) + output] = Parts.Range is { } range ? range.Of((float)mean) : NeuralShares.ScoreOf(mean, OutputCount);
            }
    }
}
