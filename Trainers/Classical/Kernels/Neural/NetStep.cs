using System.Runtime.Intrinsics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Steps of training on batches of rows, and losses of rows.</summary>
/// <remarks>
/// A batch goes in tiles of 32 rows: each tile forward and back, then each panel of 32 units sums its weights' gradients over the tiles and
/// moves its weights, then the few other parameters. Tiles and panels are the pieces that threads share, and sums over tiles run in
/// their order, so that the number of threads changes no bit.
/// </remarks>
internal sealed unsafe class NetStep
{
    private const int Columns = TileProduct.Columns, Units = TileProduct.Units;

    private readonly NetState state;
    private readonly NetBuffers buffers;
    private readonly NetStepOptions options;
    private readonly ParallelOptions parallel;
    private readonly (int Layer, int Panel, int Member)[] panels;
    private readonly int members;
    private readonly CancellationToken cancel;
    private long steps;

    public NetStep(NetState state, int tiles, NetStepOptions options, FitContext context)
    {
        this.state = state;
        this.options = options;
        buffers = new NetBuffers(state.Layout, tiles);
        parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, context.Threads) };
        members = state.Layout.Members;
        cancel = context.Cancel;
        panels = [.. state.Layout.Layers.SelectMany((layer, l) =>
            from member in Enumerable.Range(0, l < state.Layout.Layers.Length - 1 ? 1 : members)
            from panel in Enumerable.Range(0, layer.Panels)
            select (l, panel, member))];
    }

    /// <summary>Begins anew.</summary>
    public void Reset() => steps = 0;

    /// <summary>One step on <paramref name="rows"/>; returns their mean loss before it.</summary>
    public double Train(NetData data, ReadOnlyMemory<int> rows, double rate, double decay, double dropout, uint key)
    {
        double loss = Gradients(data, rows, (float)dropout, key);
        steps++;
        AdamStep adam = AdamStep.At(steps, rate, options.Recipe.Beta2) with { Shrink = Shrink() };
        Each(panels.Length, p => MoveWeights(panels[p].Layer, panels[p].Panel, panels[p].Member, adam, rate * decay));
        MoveOthers(adam);
        return loss;
    }

    /// <summary>Gradients of the mean loss of <paramref name="rows"/> and members, half of it for numbers, in the state; returns the loss.</summary>
    public double Gradients(NetData data, ReadOnlyMemory<int> rows, float dropout, uint key)
    {
        NetDrops drops = new(dropout, key);
        int tiles = (rows.Length + Columns - 1) / Columns;
        float factor = 1f / ((float)rows.Length * members);
        Gather(data, rows);
        Each(tiles * members, place =>
        {
            NetTile tile = NetTile.At(place, tiles);
            NetForward.Pass(state, buffers, tile, options.Activation, drops);
            int last = state.Layout.Layers.Length - 1;
            float* outputs = buffers.Sums(last, place), labels = buffers.Labels(tile.Rows), weights = buffers.Weights(tile.Rows);
            buffers.Losses[place] = NetLoss.Sum(options.Task, outputs, state.Layout.Outputs, labels, weights);
            NetLoss.Gradient(options.Task, outputs, state.Layout.Outputs, labels, weights, factor, options.Smoothing);
            NetBackward.Pass(state, buffers, tile, options.Activation, drops);
        });
        Each(tiles, tile => NetBackward.Inputs(state, buffers, tile, tiles));
        Each(panels.Length, p => SumPanel(panels[p].Layer, panels[p].Panel, panels[p].Member, tiles));
        SumOthers(data, rows.Span, tiles);
        Each(state.Layout.Bins.Cells.Length, number => NetPieces.Gradient(state, buffers, number, tiles));
        double loss = 0;
        for (int place = 0; place < tiles * members; place++) loss += buffers.Losses[place];
        return loss / ((double)rows.Length * members);
    }

    /// <summary>The mean loss of all rows of <paramref name="data"/>, of the members' mean prediction where there are several.</summary>
    public double Loss(NetData data)
    {
        int batch = buffers.Tiles * Columns;
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        double loss = 0;
        for (int start = 0; start < data.Rows; start += batch)
        {
            cancel.ThrowIfCancellationRequested();
            int tiles = Gather(data, rows.AsMemory(start, Math.Min(batch, data.Rows - start)));
            Each(tiles * members, place => NetForward.Pass(state, buffers, NetTile.At(place, tiles), options.Activation, default));
            Each(tiles, tile =>
            {
                if (members > 1) Join(tile, tiles);
                buffers.Losses[tile] = NetLoss.Sum(options.Task, buffers.Sums(state.Layout.Layers.Length - 1, tile), state.Layout.Outputs, buffers.Labels(tile), buffers.Weights(tile));
            });
            for (int tile = 0; tile < tiles; tile++) loss += buffers.Losses[tile];
        }
        return loss / data.Rows;
    }

    /// <summary>Scales each hidden layer's weights so that its sums over <paramref name="rows"/> (at most a batch) have deviation 1 before their biases.</summary>
    /// <remarks>Better by Default initialises from data likewise: rows of a few ones would start a layer near zero.</remarks>
    public void Settle(NetData data, ReadOnlyMemory<int> rows)
    {
        int tiles = Gather(data, rows);
        for (int l = 0; l < state.Layout.Layers.Length - 1; l++)
        {
            NetLayout.Layer layer = state.Layout.Layers[l];
            double squares = 0;
            for (int tile = 0; tile < tiles; tile++)
            {
                NetForward.Pass(state, buffers, NetTile.At(tile, tiles), options.Activation, default);
                float* sums = buffers.Sums(l, tile);
                for (int u = 0; u < layer.Outputs; u++)
                    for (int i = 0; i < Math.Min(Columns, rows.Length - (tile * Columns)); i++) squares += Math.Pow(sums[(u * Columns) + i] - state.Values.At[layer.Biases + u], 2);
            }
            double deviation = Math.Sqrt(squares / ((double)rows.Length * layer.Outputs));
            if (!(deviation > 1e-6) || !double.IsFinite(deviation)) continue;
            foreach (ref float weight in state.Values.Span.Slice(layer.Weights, layer.Height * layer.Units)) weight = (float)(weight / deviation);
        }
    }

    /// <summary>Brings rows, at most a batch, into the tiles, and returns how many these are.</summary>
    private int Gather(NetData data, ReadOnlyMemory<int> rows)
    {
        int tiles = (rows.Length + Columns - 1) / Columns;
        NetPieces.AtEdges(state.Layout, state.Values.Span, new Span<float>(buffers.Edges, state.Layout.Bins.Edges.Length * NeuralBins.Width));
        Each(tiles, tile => NetForward.Gather(state, buffers, data, rows.Span.Slice(tile * Columns, Math.Min(Columns, rows.Length - (tile * Columns))), tile));
        return tiles;
    }

    /// <summary>The mean prediction of the members for 32 rows, as a score in the first one's place.</summary>
    private void Join(int tile, int tiles)
    {
        int last = state.Layout.Layers.Length - 1, outputs = state.Layout.Outputs;
        bool isClass = options.Task != MLTask.Regression;
        float* mean = buffers.Sums(last, tile);
        if (isClass) for (int member = 0; member < members; member++) NeuralShares.Tile(buffers.Sums(last, (member * tiles) + tile), outputs);
        for (int i = 0; i < outputs * Columns; i++)
        {
            double sum = 0;
            for (int member = 0; member < members; member++) sum += buffers.Sums(last, (member * tiles) + tile)[i];
            mean[i] = isClass ? NeuralShares.ScoreOf(sum / members, outputs) : (float)(sum / members);
        }
    }

    // The factor that holds the length of the gradient.
    private float Shrink()
    {
        if (double.IsPositiveInfinity(options.Recipe.MostNorm)) return 1;
        double squares = 0;
        ReadOnlySpan<float> gradients = state.Gradients.Span;
        for (int i = 0; i < gradients.Length; i += 16)
        {
            Vector512<float> g = Vector512.Create(gradients.Slice(i, 16));
            squares += Vector512.Sum(g * g);
        }
        return (float)Math.Min(1, options.Recipe.MostNorm / Math.Sqrt(squares));
    }

    private void Each(int count, Action<int> work)
    {
        if (parallel.MaxDegreeOfParallelism == 1 || count == 1)
        {
            for (int i = 0; i < count; i++) work(i);
            return;
        }
        Parallel.For(0, count, parallel, work);
    }

    // Over the tiles of all members, or those of the one whose last layer it is.
    private void SumPanel(int l, int panel, int member, int tiles)
    {
        NetLayout.Layer layer = state.Layout.Of(l, member);
        int start = member * tiles;
        if (l < state.Layout.Layers.Length - 1) tiles *= members;
        float* block = stackalloc float[Units * Columns];
        float* gradients = state.Gradients.At + layer.Weights, rows = buffers.Panel(l, panel) + ((long)start * Columns * Columns);
        int first = panel * Columns, width = Math.Min(Columns, layer.Units - first);
        for (int k = 0; k < layer.Height; k += Units)
        {
            TileProduct.Multiply<TileProduct.OverRows>(buffers.Read(l, start) + (k * Columns), Columns, tiles, (nint)(layer.Height - 1) * Columns, rows, block);
            for (int i = 0; i < Units; i++)
                for (int u = 0; u < width; u += Units)
                    new ReadOnlySpan<float>(block + (i * Columns) + u, Units).CopyTo(new Span<float>(gradients + PackedLayer.IndexOf(k + i, first + u, layer.Height), Units));
        }
        float* biases = state.Gradients.At + layer.Biases + first;
        for (int u = 0; u < width; u += 16)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int row = 0; row < tiles * Columns; row++) sum += Vector512.Load(rows + (row * Columns) + u);
            sum.Store(biases + u);
        }
    }

    private void MoveWeights(int l, int panel, int member, AdamStep adam, double decay)
    {
        NetLayout.Layer layer = state.Layout.Of(l, member);
        int first = panel * Columns, width = Math.Min(Columns, layer.Units - first);
        // W = w / √inputs of the neural tangent parametrisation, whose rate so is √inputs smaller here.
        Move(adam, layer.Weights + (first * layer.Height), width * layer.Height, options.Recipe.FollowsWidth ? 1 / Math.Sqrt(layer.Inputs) : 1, decay);
        Move(adam, layer.Biases + first, width, options.Recipe.BiasRate, 0);
    }

    private void MoveOthers(AdamStep adam)
    {
        NetLayout layout = state.Layout;
        NetRecipe recipe = options.Recipe;
        Move(adam, layout.Frequencies, layout.Embeddings - layout.Frequencies, recipe.PeriodRate, 0);
        Move(adam, layout.Embeddings, layout.Scales - layout.Embeddings, 1, 0);
        Move(adam, layout.Scales, members * layout.Height0, recipe.ScaleRate, 0);
        foreach (NetLayout.Layer layer in layout.Layers.AsSpan(0, layout.Layers.Length - 1)) Move(adam, layer.Slopes, layer.Units, recipe.SlopeRate, 0);
    }

    private void Move(AdamStep adam, int start, int count, double factor, double decay) =>
        adam.Apply(state.Values.At + start, state.Gradients.At + start, state.First.At + start, state.Second.At + start, count, factor, decay);

    private void SumOthers(NetData data, ReadOnlySpan<int> rows, int tiles)
    {
        NetLayout layout = state.Layout;
        Span<float> gradients = state.Gradients.Span;
        gradients[..layout.Scales].Clear();
        gradients.Slice(layout.Scales, members * layout.Height0).Clear();
        foreach (NetLayout.Layer layer in layout.Layers) gradients.Slice(layer.Slopes, layer.Units).Clear();
        for (int place = 0; place < tiles * members; place++)
        {
            NetTile tile = NetTile.At(place, tiles);
            float* partial = buffers.Partial(place);
            Add(partial, gradients[..layout.Embeddings]);
            Add(partial + layout.Embeddings, gradients.Slice(layout.Scales + (tile.Member * layout.Height0), layout.Height0));
            float* slopes = partial + layout.Embeddings + layout.Height0;
            foreach (NetLayout.Layer layer in layout.Layers)
            {
                Add(slopes, gradients.Slice(layer.Slopes, layer.Units));
                slopes += layer.Units;
            }
            if (tile.Member == 0) AddEmbeddings(data, rows[(tile.Rows * Columns)..], buffers.Delta(place), gradients[layout.Embeddings..]);
        }
    }

    private void AddEmbeddings(NetData data, ReadOnlySpan<int> rows, float* delta, Span<float> gradients)
    {
        const int Width = NeuralParts.EmbeddingWidth;
        int at = state.Layout.Width0 - (Width * data.Coded), first = 0;
        for (int c = 0; c < data.Coded; first += state.Layout.Inputs.Codes[c++], at += Width)
            for (int i = 0; i < Math.Min(Columns, rows.Length); i++)
                for (int d = 0; d < Width; d++) gradients[((first + data.CodeValues[(rows[i] * data.Coded) + c]) * Width) + d] += delta[((at + d) * Columns) + i];
    }

    private static void Add(float* from, Span<float> into)
    {
        for (int i = 0; i < into.Length; i++) into[i] += from[i];
    }
}
