using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>The forward product of a layer for a single row, with the bits that <see cref="TileProduct"/> gives it among others.</summary>
internal static unsafe class RowProduct
{
    /// <summary>sums[u] = Σ_k weights(k, u) · x[k].</summary>
    /// <param name="weights">Blocks [height × 8 units].</param>
    /// <param name="height">Inputs with padding: the height of a block.</param>
    /// <param name="inputs">Inputs that count.</param>
    /// <param name="x">[inputs].</param>
    /// <param name="units">Units, a multiple of 16.</param>
    /// <param name="sums">[units].</param>
    public static void Forward(float* weights, int height, int inputs, float* x, int units, float* sums)
    {
        int stride = height * TileProduct.Units, unit = 0;
        // Four blocks at once keep four chains of additions busy.
        for (; unit + 32 <= units; unit += 32, weights += 4 * stride)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            float* at = weights;
            for (int k = 0; k < inputs; k++, at += TileProduct.Units)
            {
                Vector256<float> value = Vector256.Create(x[k]);
                a = Vector256.FusedMultiplyAdd(value, Vector256.Load(at), a);
                b = Vector256.FusedMultiplyAdd(value, Vector256.Load(at + stride), b);
                c = Vector256.FusedMultiplyAdd(value, Vector256.Load(at + (2 * stride)), c);
                d = Vector256.FusedMultiplyAdd(value, Vector256.Load(at + (3 * stride)), d);
            }
            a.Store(sums + unit);
            b.Store(sums + unit + 8);
            c.Store(sums + unit + 16);
            d.Store(sums + unit + 24);
        }
        for (; unit < units; unit += TileProduct.Units, weights += stride)
        {
            Vector256<float> a = default;
            for (int k = 0; k < inputs; k++) a = Vector256.FusedMultiplyAdd(Vector256.Create(x[k]), Vector256.Load(weights + (k * TileProduct.Units)), a);
            a.Store(sums + unit);
        }
    }
}
