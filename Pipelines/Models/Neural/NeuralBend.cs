using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Activations: h = z + slope · (f(z) − z), with a slope of each unit's own.</summary>
internal static unsafe class NeuralBend
{
    private const float Lambda = 1.05070099f, LambdaAlpha = 1.75809934f;

    /// <summary>f(z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(NeuralActivation activation, Vector512<float> z)
    {
        if (activation == NeuralActivation.Selu)
        {
            Vector512<float> below = Vector512.Create(LambdaAlpha) * (NeuralMath.Exp(z) - Vector512<float>.One);
            return Vector512.ConditionalSelect(Vector512.GreaterThan(z, Vector512<float>.Zero), Vector512.Create(Lambda) * z, below);
        }
        if (activation == NeuralActivation.Relu) return Vector512.MaxNative(z, Vector512<float>.Zero);
        Vector512<float> n = MishPart(z);
        return z * n / (n + Vector512.Create(2f));
    }

    /// <summary>f′(z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(NeuralActivation activation, Vector512<float> z)
    {
        if (activation == NeuralActivation.Selu)
            return Vector512.ConditionalSelect(Vector512.GreaterThan(z, Vector512<float>.Zero), Vector512.Create(Lambda), Vector512.Create(LambdaAlpha) * NeuralMath.Exp(z));
        if (activation == NeuralActivation.Relu) return Vector512.GreaterThan(z, Vector512<float>.Zero).AsSingle() & Vector512<float>.One;
        // tanh(softplus z) = n / (n + 2) with n = e^z (e^z + 2); its derivative is (1 − tanh²) · e^z / (1 + e^z).
        Vector512<float> e = NeuralMath.Exp(Vector512.MinNative(z, Vector512.Create(20f))), n = e * (e + Vector512.Create(2f));
        Vector512<float> bounded = n / (n + Vector512.Create(2f));
        return bounded + (z * (Vector512<float>.One - (bounded * bounded)) * e / (Vector512<float>.One + e));
    }

    /// <summary>Rows [units × 32] of a tile: biases are added to <paramref name="z"/>, h may be z.</summary>
    public static void Tile(NeuralActivation activation, float* z, float* h, float* biases, float* slopes, int units)
    {
        for (int unit = 0; unit < units; unit++)
        {
            Vector512<float> bias = Vector512.Create(biases[unit]), slope = Vector512.Create(slopes[unit]);
            for (int at = unit * TileProduct.Columns, end = at + TileProduct.Columns; at < end; at += 16)
            {
                Vector512<float> x = Vector512.Load(z + at) + bias;
                x.Store(z + at);
                Vector512.FusedMultiplyAdd(slope, Value(activation, x) - x, x).Store(h + at);
            }
        }
    }

    /// <summary>The units of one row, a multiple of 16, in place, with the bits of <see cref="Tile"/>.</summary>
    public static void Row(NeuralActivation activation, float* z, float* biases, float* slopes, int units)
    {
        for (int unit = 0; unit < units; unit += 16)
        {
            Vector512<float> x = Vector512.Load(z + unit) + Vector512.Load(biases + unit);
            Vector512.FusedMultiplyAdd(Vector512.Load(slopes + unit), Value(activation, x) - x, x).Store(z + unit);
        }
    }

    // n = e(e + 2), e = exp(min(z, 20)): beyond, the ratio n / (n + 2) is 1 in float32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MishPart(Vector512<float> z)
    {
        Vector512<float> e = NeuralMath.Exp(Vector512.MinNative(z, Vector512.Create(20f)));
        return e * (e + Vector512.Create(2f));
    }
}
