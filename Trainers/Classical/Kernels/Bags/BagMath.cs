using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Trainers;

/// <summary>Vector steps of embedding bags.</summary>
internal static class BagMath
{
    private const float Tiny = 1e-12f;

    /// <summary>sum += other.</summary>
    public static void Add(Span<float> sum, ReadOnlySpan<float> other) => TensorPrimitives.Add(sum, other, sum);

    /// <summary>into += factor · x.</summary>
    public static void AddScaled(Span<float> into, ReadOnlySpan<float> x, float factor) => TensorPrimitives.MultiplyAdd(x, factor, into, into);

    /// <summary>A step of AdaGrad on each weight for the gradient factor · x: squares += g², w −= rate · g / √squares.</summary>
    /// <remarks>Duchi, Hazan and Singer, JMLR 12, 2011, diagonal form.</remarks>
    public static void AdaGrad(Span<float> weights, Span<float> squares, ReadOnlySpan<float> x, float factor, float rate)
    {
        int i = 0, width = Vector256<float>.Count;
        if (x.Length >= width)
        {
            Vector256<float> factors = Vector256.Create(factor), rates = Vector256.Create(rate), tiny = Vector256.Create(Tiny);
            ref float w = ref MemoryMarshal.GetReference(weights), s = ref MemoryMarshal.GetReference(squares), v = ref MemoryMarshal.GetReference(x);
            for (; i <= x.Length - width; i += width)
            {
                Vector256<float> g = Vector256.LoadUnsafe(ref v, (nuint)i) * factors, sum = Vector256.LoadUnsafe(ref s, (nuint)i) + (g * g);
                sum.StoreUnsafe(ref s, (nuint)i);
                (Vector256.LoadUnsafe(ref w, (nuint)i) - (rates * g / Vector256.Sqrt(sum + tiny))).StoreUnsafe(ref w, (nuint)i);
            }
        }
        for (; i < x.Length; i++)
        {
            float g = x[i] * factor;
            squares[i] += g * g;
            weights[i] -= rate * g / MathF.Sqrt(squares[i] + Tiny);
        }
    }

    /// <summary>The factor of a step of AdaGrad with one sum of squares for a whole vector, of which <paramref name="meanSquare"/> is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float StepOf(ref float squares, float meanSquare, float rate)
    {
        squares += meanSquare;
        return -rate / MathF.Sqrt(squares + Tiny);
    }
}
