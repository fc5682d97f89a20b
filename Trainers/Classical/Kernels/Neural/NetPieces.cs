using System.Runtime.Intrinsics;
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
        // An embedding is one vector.
        float* turned = stackalloc float[Columns * Width];
        for (int i = 0, first = 0; i < bins.Cells.Length; first += bins.Pieces[i++] + 1, into += Width * Columns)
        {
            ReadOnlySpan<float> own = bins.Edges.AsSpan(first, bins.Pieces[i] + 1);
            float* x = cells + (bins.Cells[i] * Columns);
            for (int row = 0; row < Columns; row++)
            {
                float* at = edges + ((first + NeuralBins.Place(own, x[row], out float share)) * Width);
                Vector512<float> from = Vector512.Load(at), to = Vector512.Load(at + Width);
                Vector512.FusedMultiplyAdd(Vector512.Create(share), to - from, from).Store(turned + (row * Width));
            }
            for (int d = 0; d < Width; d++)
                for (int row = 0; row < Columns; row++) into[(d * Columns) + row] = turned[(row * Width) + d];
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
        float* slope = state.Gradients.At + at, offset = slope + Width, rises = offset + Width, turned = stackalloc float[Columns * Width];
        // Sums of the rows within each piece, and in the rises' place the same by their shares.
        float* within = stackalloc float[pieces * Width];
        new Span<float>(rises, pieces * Width).Clear();
        new Span<float>(within, pieces * Width).Clear();
        for (int tile = 0; tile < tiles; tile++)
        {
            float* x = buffers.Raw(tile) + (bins.Cells[number] * Columns), delta = buffers.Delta(tile) + (input * Columns);
            for (int d = 0; d < Width; d++)
                for (int row = 0; row < Columns; row++) turned[(row * Width) + d] = delta[(d * Columns) + row];
            for (int row = 0; row < Columns; row++)
            {
                int piece = NeuralBins.Place(edges, x[row], out float share) * Width;
                Vector512<float> gradient = Vector512.Load(turned + (row * Width));
                (Vector512.Load(within + piece) + gradient).Store(within + piece);
                Vector512.FusedMultiplyAdd(Vector512.Create(share), gradient, Vector512.Load(rises + piece)).Store(rises + piece);
            }
        }
        // x is the first edge of its piece and a share of its length. Rows of later pieces have passed a piece whole.
        Vector512<float> slopes = Vector512<float>.Zero, later = slopes;
        for (int p = pieces - 1; p >= 0; p--)
        {
            Vector512<float> whole = Vector512.Load(within + (p * Width)), share = Vector512.Load(rises + (p * Width));
            slopes += (Vector512.Create(edges[p]) * whole) + (Vector512.Create(edges[p + 1] - edges[p]) * share);
            (share + later).Store(rises + (p * Width));
            later += whole;
        }
        slopes.Store(slope);
        later.Store(offset);
    }
}
