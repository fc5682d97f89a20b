using System.Runtime.Intrinsics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The forward pass of one tile.</summary>
internal static unsafe class NetForward
{
    private const int Columns = TileProduct.Columns;

    /// <summary>Brings rows into a tile: cells, codes, labels and weights. Rows beyond those given have weight 0.</summary>
    public static void Gather(NetState state, NetBuffers buffers, NetData data, ReadOnlySpan<int> rows, int tile)
    {
        NetLayout layout = state.Layout;
        float* raw = buffers.Raw(tile), labels = buffers.Labels(tile), weights = buffers.Weights(tile), values = state.Values.At;
        if (rows.Length < Columns) new Span<float>(raw, layout.Height0 * Columns).Clear();
        for (int i = 0; i < Columns; i++)
        {
            bool present = i < rows.Length;
            labels[i] = present ? data.Labels[rows[i]] : 0;
            weights[i] = present ? data.Weights[rows[i]] : 0;
            if (!present) continue;
            ReadOnlySpan<float> cells = data.CellValues.AsSpan(rows[i] * data.Cells, data.Cells);
            for (int k = 0; k < cells.Length; k++) raw[(k * Columns) + i] = cells[k];
        }
        const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes, Width = NeuralParts.EmbeddingWidth;
        float* next = raw + (layout.Cells * Columns);
        for (int f = 0; f < layout.Periodic; f++, next += Mixes * Columns)
        {
            NeuralPeriods.Tile(raw + (f * Columns), values + layout.Frequencies + (f * Waves), values + layout.Phases + (f * Waves),
                values + layout.MixWeights + (f * Waves * Mixes), values + layout.MixBiases + (f * Mixes), next);
        }
        NetPieces.Tile(layout.Bins, buffers.Edges, raw, next);
        next += layout.Bins.Inputs * Columns;
        float* table = values + layout.Embeddings;
        for (int c = 0; c < data.Coded; c++, next += Width * Columns)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                float* own = table + (data.CodeValues[(rows[i] * data.Coded) + c] * Width);
                for (int d = 0; d < Width; d++) next[(d * Columns) + i] = own[d];
            }
            table += layout.Inputs.Codes[c] * Width;
        }
    }

    /// <summary>From the raw inputs of a tile to the sums of the last layer.</summary>
    /// <param name="state">Parameters.</param>
    /// <param name="buffers">Where the tile is.</param>
    /// <param name="tile">Which, as which member sees it.</param>
    /// <param name="activation">Of hidden layers.</param>
    /// <param name="drops">What is left out of hidden layers.</param>
    public static void Pass(NetState state, NetBuffers buffers, NetTile tile, NeuralActivation activation, in NetDrops drops)
    {
        NetLayout layout = state.Layout;
        float* values = state.Values.At;
        Scale(buffers.Raw(tile.Rows), buffers.Read(0, tile.Place), values + layout.Scales + (tile.Member * layout.Height0), layout.Height0);
        for (int l = 0; l < layout.Layers.Length; l++)
        {
            NetLayout.Layer layer = layout.Of(l, tile.Member);
            float* sums = buffers.Sums(l, tile.Place), read = buffers.Read(l, tile.Place), weights = values + layer.Weights;
            for (int unit = 0; unit < layer.Units; unit += TileProduct.Units, weights += layer.Height * TileProduct.Units)
                TileProduct.Multiply<TileProduct.OverInputs>(weights, layer.Inputs, 1, 0, read, sums + (unit * Columns));
            if (l < layout.Layers.Length - 1)
            {
                NeuralBend.Tile(activation, sums, buffers.Values(l, tile.Place), values + layer.Biases, values + layer.Slopes, layer.Units);
                drops.Apply(buffers.Values(l, tile.Place), layer.Units, tile.Place, l);
            }
            else
            {
                AddBiases(sums, values + layer.Biases, layer.Units);
            }
        }
    }

    private static void Scale(float* from, float* to, float* factors, int height)
    {
        for (int k = 0; k < height; k++)
            for (int i = k * Columns, end = i + Columns; i < end; i += 16) (Vector512.Load(from + i) * Vector512.Create(factors[k])).Store(to + i);
    }

    private static void AddBiases(float* sums, float* biases, int units)
    {
        for (int u = 0; u < units; u++)
            for (int i = u * Columns, end = i + Columns; i < end; i += 16) (Vector512.Load(sums + i) + Vector512.Create(biases[u])).Store(sums + i);
    }
}
