using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>What a batch of tiles of 32 rows works in: rows once, what comes of them once for each member.</summary>
internal sealed unsafe class NetBuffers
{
    private const int Columns = TileProduct.Columns;

    private readonly PinnedFloats space;
    private readonly long[] sums;
    private readonly long[] values;
    private readonly long[] panels;
    private readonly long raw;
    private readonly long scaled;
    private readonly long deltas;
    private readonly long partials;
    private readonly long labels;
    private readonly long weights;
    private readonly long edges;
    private readonly NetLayout layout;
    private readonly int places;

    public NetBuffers(NetLayout layout, int tiles)
    {
        this.layout = layout;
        Tiles = tiles;
        places = tiles * layout.Members;
        long count = 0, shared = (long)tiles * Columns, rows = (long)places * Columns;
        long Take(long floats)
        {
            long start = count;
            count += floats;
            return start;
        }
        raw = Take(shared * layout.Height0);
        scaled = Take(rows * layout.Height0);
        sums = [.. layout.Layers.Select(l => Take(rows * l.Units))];
        values = [.. layout.Layers.Select(l => Take(rows * l.Units))];
        panels = [.. layout.Layers.Select(l => Take(rows * l.Panels * Columns))];
        DeltaHeight = layout.Layers.Max(l => l.Height);
        deltas = Take(rows * DeltaHeight);
        PartialCount = layout.Embeddings + layout.Height0 + layout.Layers.Sum(l => l.Units);
        partials = Take((long)places * PartialCount);
        labels = Take(shared);
        weights = Take(shared);
        edges = Take((long)layout.Bins.Edges.Length * NeuralBins.Width);
        space = new PinnedFloats(count);
        Losses = new double[places];
    }

    /// <summary>Most tiles of a batch.</summary>
    public int Tiles { get; }

    /// <summary>Height of <see cref="Delta"/>.</summary>
    public int DeltaHeight { get; }

    /// <summary>
    /// Sums of gradients that each tile keeps: the periodic parameters as the layout has them, the factors of the inputs, then the slopes.
    /// </summary>
    public int PartialCount { get; }

    /// <summary>The loss of each tile of each member.</summary>
    public double[] Losses { get; }

    /// <summary>Floats that buffers for so many tiles take.</summary>
    public static long Floats(NetLayout layout, int tiles) =>
        (long)tiles * Columns * (layout.Height0 + 2 + (layout.Members * (layout.Height0 + layout.Layers.Sum(l => (2L * l.Units) + (l.Panels * Columns)) + layout.Layers.Max(l => l.Height))));

    /// <summary>Embeddings of numbers at the edges of their pieces, [edges × width].</summary>
    public float* Edges => space.At + edges;

    /// <summary>Inputs before their factors, [Height0 × 32].</summary>
    public float* Raw(int tile) => space.At + raw + ((long)tile * layout.Height0 * Columns);

    /// <summary>What a layer reads, [height × 32].</summary>
    public float* Read(int layer, int tile) => layer == 0 ? space.At + scaled + ((long)tile * layout.Height0 * Columns) : Values(layer - 1, tile);

    /// <summary>A layer's sums, later their gradients, [units × 32].</summary>
    public float* Sums(int layer, int tile) => space.At + sums[layer] + ((long)tile * layout.Layers[layer].Units * Columns);

    /// <summary>What a hidden layer gives, [units × 32].</summary>
    public float* Values(int layer, int tile) => space.At + values[layer] + ((long)tile * layout.Layers[layer].Units * Columns);

    /// <summary>Gradients of 32 units' sums, [tiles of all members · 32 × 32], row by row.</summary>
    public float* Panel(int layer, int panel) => space.At + panels[layer] + ((long)panel * places * Columns * Columns);

    /// <summary>Gradients of what a layer read, [delta height × 32].</summary>
    public float* Delta(int tile) => space.At + deltas + ((long)tile * DeltaHeight * Columns);

    /// <summary>[<see cref="PartialCount"/>].</summary>
    public float* Partial(int tile) => space.At + partials + ((long)tile * PartialCount);

    /// <summary>[32].</summary>
    public float* Labels(int tile) => space.At + labels + ((long)tile * Columns);

    /// <summary>[32]; 0 for rows that are not there.</summary>
    public float* Weights(int tile) => space.At + weights + ((long)tile * Columns);
}
