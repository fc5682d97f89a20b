using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Embeddings of numbers that are linear within each piece of a number's range, and their gradients.</summary>
/// <remarks>
/// e(x) = offset + slope · x + Σ_p rise_p · share_p(x), where share_p is 0 before piece p, 1 behind it and linear within; x is held between the outer
/// edges. Rises start at 0, so that training begins with a linear function. Source: Gorishniy et al., On Embeddings for Numerical Features in
/// Tabular Deep Learning, NeurIPS 2022, section 3.2, in the form of TabM, ICLR 2025, appendix (a linear term beside the pieces).
/// </remarks>
internal static unsafe class NetPieces
{
    private const int Columns = TileProduct.Columns, Width = NeuralBins.Width;

    /// <summary>Embeddings at the edges, [edges × width].</summary>
    /// <param name="layout">Where parameters are.</param>
    /// <param name="values">All parameters.</param>
    /// <param name="into">[edges × width].</param>
    public static void AtEdges(NetLayout layout, ReadOnlySpan<float> values, Span<float> into)
    {
        NeuralBins bins = layout.Bins;
        for (int i = 0, first = 0, at = layout.Pieces; i < bins.Cells.Length; first += bins.Pieces[i++] + 1)
        {
            ReadOnlySpan<float> slope = values.Slice(at, Width), offset = values.Slice(at + Width, Width);
            for (int d = 0; d < Width; d++) into[(first * Width) + d] = MathF.FusedMultiplyAdd(slope[d], bins.Edges[first], offset[d]);
            at += 2 * Width;
            for (int p = first; p < first + bins.Pieces[i]; p++, at += Width)
            {
                float length = bins.Edges[p + 1] - bins.Edges[p];
                for (int d = 0; d < Width; d++) into[((p + 1) * Width) + d] = MathF.FusedMultiplyAdd(slope[d], length, into[(p * Width) + d]) + values[at + d];
            }
        }
    }

    /// <summary>The embeddings of 32 rows.</summary>
    /// <param name="bins">Pieces.</param>
    /// <param name="edges">Embeddings at the edges, [edges × width].</param>
    /// <param name="cells">[cells × 32].</param>
    /// <param name="into">[embedded · width × 32].</param>
    public static void Tile(NeuralBins bins, float* edges, float* cells, float* into)
    {
        for (int i = 0, first = 0; i < bins.Cells.Length; first += bins.Pieces[i++] + 1, into += Width * Columns)
        {
            ReadOnlySpan<float> own = bins.Edges.AsSpan(first, bins.Pieces[i] + 1);
            float* x = cells + (bins.Cells[i] * Columns);
            for (int row = 0; row < Columns; row++)
            {
                float* from = edges + ((first + NeuralBins.Place(own, x[row], out float share)) * Width), to = from + Width;
                for (int d = 0; d < Width; d++) into[(d * Columns) + row] = MathF.FusedMultiplyAdd(share, to[d] - from[d], from[d]);
            }
        }
    }

    /// <summary>Gradients of one number's parameters, summed over rows in their order.</summary>
    /// <param name="state">Parameters and gradients.</param>
    /// <param name="buffers">A batch behind the way back: gradients of inputs, summed over members.</param>
    /// <param name="number">Index of the embedded number.</param>
    /// <param name="tiles">Tiles of rows.</param>
    public static void Gradient(NetState state, NetBuffers buffers, int number, int tiles)
    {
        NetLayout layout = state.Layout;
        NeuralBins bins = layout.Bins;
        int first = 0, at = layout.Pieces;
        for (int i = 0; i < number; first += bins.Pieces[i++] + 1) at += (bins.Pieces[i] + 2) * Width;
        int pieces = bins.Pieces[number], input = layout.Cells + (layout.Periodic * NeuralParts.Mixes) + (number * Width);
        ReadOnlySpan<float> edges = bins.Edges.AsSpan(first, pieces + 1);
        float* slope = state.Gradients.At + at, offset = slope + Width, rises = offset + Width;
        new Span<float>(slope, (pieces + 2) * Width).Clear();
        // Sums of the rows within each piece.
        Span<float> within = stackalloc float[pieces * Width];
        within.Clear();
        for (int tile = 0; tile < tiles; tile++)
        {
            float* x = buffers.Raw(tile) + (bins.Cells[number] * Columns), delta = buffers.Delta(tile) + (input * Columns);
            for (int row = 0; row < Columns; row++)
            {
                int piece = NeuralBins.Place(edges, x[row], out float share);
                float held = Math.Clamp(x[row], edges[0], edges[^1]);
                for (int d = 0; d < Width; d++)
                {
                    float gradient = delta[(d * Columns) + row];
                    slope[d] += held * gradient;
                    offset[d] += gradient;
                    rises[(piece * Width) + d] += share * gradient;
                    within[(piece * Width) + d] += gradient;
                }
            }
        }
        // Rows of later pieces have passed this one whole.
        for (int p = pieces - 2; p >= 0; p--)
            for (int d = 0; d < Width; d++)
            {
                rises[(p * Width) + d] += within[((p + 1) * Width) + d];
                within[(p * Width) + d] += within[((p + 1) * Width) + d];
            }
    }
}
