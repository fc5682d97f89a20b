using System.Runtime.Intrinsics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>The way back: from the gradient of the last sums to the gradients of all sums and of what lies before the layers.</summary>
internal static unsafe class NetBackward
{
    private const int Columns = TileProduct.Columns;

    /// <summary>Back through all layers of one tile; <see cref="NetBuffers.Sums"/> of the last holds its gradient.</summary>
    public static void Pass(NetState state, NetBuffers buffers, NetTile tile, NeuralActivation activation, in NetDrops drops)
    {
        NetLayout layout = state.Layout;
        float* values = state.Values.At, delta = buffers.Delta(tile.Place), partial = buffers.Partial(tile.Place);
        new Span<float>(partial, buffers.PartialCount).Clear();
        float* slopes = partial + buffers.PartialCount;
        for (int l = layout.Layers.Length - 1; l >= 0; l--)
        {
            NetLayout.Layer layer = layout.Of(l, tile.Member);
            slopes -= layer.Units;
            float* sums = buffers.Sums(l, tile.Place), weights = values + layer.Weights;
            if (l < layout.Layers.Length - 1)
            {
                drops.Apply(delta, layer.Units, tile.Place, l);
                Bend(activation, sums, delta, values + layer.Slopes, slopes, layer.Units);
            }
            Turn(buffers, sums, l, layer, tile.Place);
            for (int k = 0; k < layer.Height; k += TileProduct.Units)
            {
                TileProduct.Multiply<TileProduct.OverUnits>(weights + (k * TileProduct.Units), TileProduct.Units, layer.Units / TileProduct.Units,
                    ((nint)layer.Height * TileProduct.Units) - TileProduct.Units, sums, delta + (k * Columns));
            }
        }
        Scales(layout, values + layout.Scales + (tile.Member * layout.Height0), buffers.Raw(tile.Rows), delta, partial);
    }

    /// <summary>Gradients of the inputs of 32 rows, summed over members in the first one's place, and those of periodic parameters.</summary>
    /// <param name="state">Parameters.</param>
    /// <param name="buffers">Where the tiles are.</param>
    /// <param name="tile">Which rows.</param>
    /// <param name="tiles">Tiles of rows.</param>
    public static void Inputs(NetState state, NetBuffers buffers, int tile, int tiles)
    {
        NetLayout layout = state.Layout;
        float* delta = buffers.Delta(tile);
        for (int member = 1; member < layout.Members; member++)
        {
            float* other = buffers.Delta((member * tiles) + tile);
            for (int i = layout.Cells * Columns; i < layout.Width0 * Columns; i += 16) (Vector512.Load(delta + i) + Vector512.Load(other + i)).Store(delta + i);
        }
        for (int f = 0; f < layout.Periodic; f++)
            Periods(layout, state.Values.At, f, buffers.Raw(tile) + (f * Columns), delta + ((layout.Cells + (f * NeuralParts.Mixes)) * Columns), buffers.Partial(tile));
    }

    // h = z + a (f(z) − z): dz = dh (1 + a (f′(z) − 1)), da = Σ dh (f(z) − z).
    private static void Bend(NeuralActivation activation, float* sums, float* delta, float* slopes, float* slopeGradients, int units)
    {
        for (int u = 0; u < units; u++)
        {
            Vector512<float> a = Vector512.Create(slopes[u]), sum = Vector512<float>.Zero;
            for (int i = u * Columns, end = i + Columns; i < end; i += 16)
            {
                Vector512<float> z = Vector512.Load(sums + i), dh = Vector512.Load(delta + i);
                sum = Vector512.FusedMultiplyAdd(dh, NeuralBend.Value(activation, z) - z, sum);
                (dh * Vector512.FusedMultiplyAdd(a, NeuralBend.Slope(activation, z) - Vector512<float>.One, Vector512<float>.One)).Store(sums + i);
            }
            slopeGradients[u] = Vector512.Sum(sum);
        }
    }

    // Gradients of sums row by row, as the product for the weights' gradients reads them.
    private static void Turn(NetBuffers buffers, float* sums, int l, NetLayout.Layer layer, int tile)
    {
        for (int u = 0; u < layer.Units; u++)
        {
            float* from = sums + (u * Columns), to = buffers.Panel(l, u / Columns) + ((long)tile * Columns * Columns) + (u % Columns);
            for (int i = 0; i < Columns; i++) to[i * Columns] = from[i];
        }
    }

    // delta: gradients of the scaled inputs, afterwards of the raw ones.
    private static void Scales(NetLayout layout, float* scales, float* raw, float* delta, float* partial)
    {
        for (int k = 0; k < layout.Width0; k++)
        {
            Vector512<float> sum = Vector512<float>.Zero, factor = Vector512.Create(scales[k]);
            for (int i = k * Columns, end = i + Columns; i < end; i += 16)
            {
                Vector512<float> d = Vector512.Load(delta + i);
                sum = Vector512.FusedMultiplyAdd(d, Vector512.Load(raw + i), sum);
                (d * factor).Store(delta + i);
            }
            partial[layout.Embeddings + k] = Vector512.Sum(sum);
        }
    }

    private static void Periods(NetLayout layout, float* values, int f, float* x, float* delta, float* partial)
    {
        const int Waves = NeuralParts.Waves, Mixes = NeuralParts.Mixes;
        for (int mix = 0; mix < Mixes; mix++)
            partial[layout.MixBiases + (f * Mixes) + mix] = Vector512.Sum(Vector512.Load(delta + (mix * Columns)) + Vector512.Load(delta + (mix * Columns) + 16));
        for (int w = f * Waves; w < (f + 1) * Waves; w++)
        {
            float* mixes = values + layout.MixWeights + (w * Mixes);
            Vector512<float> a = Vector512<float>.Zero, b = a, c = a, phase = a, frequency = a;
            for (int half = 0; half < Columns; half += 16)
            {
                Vector512<float> value = Vector512.Load(x + half);
                Vector512<float> turn = Vector512.FusedMultiplyAdd(Vector512.Create(values[layout.Frequencies + w]), value, Vector512.Create(values[layout.Phases + w]));
                Vector512<float> cosine = NeuralMath.CosineOfTurns(turn), sine = NeuralMath.SineOfTurns(turn) * Vector512.Create(-2 * MathF.PI);
                Vector512<float> da = Vector512.Load(delta + half), db = Vector512.Load(delta + Columns + half), dc = Vector512.Load(delta + (2 * Columns) + half);
                a = Vector512.FusedMultiplyAdd(cosine, da, a);
                b = Vector512.FusedMultiplyAdd(cosine, db, b);
                c = Vector512.FusedMultiplyAdd(cosine, dc, c);
                Vector512<float> back = sine * ((da * Vector512.Create(mixes[0])) + (db * Vector512.Create(mixes[1])) + (dc * Vector512.Create(mixes[2])));
                phase += back;
                frequency = Vector512.FusedMultiplyAdd(back, value, frequency);
            }
            float* into = partial + layout.MixWeights + (w * Mixes);
            (into[0], into[1], into[2]) = (Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c));
            partial[layout.Phases + w] = Vector512.Sum(phase);
            partial[layout.Frequencies + w] = Vector512.Sum(frequency);
        }
    }
}
