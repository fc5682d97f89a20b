using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Elementary functions, 16 numbers at a time, with the same bits on every machine.</summary>
/// <remarks>Polynomials are Chebyshev fits of ours; relative error of exp below 2e-7, absolute error of cosine and sine below 1e-6.</remarks>
internal static class NeuralMath
{
    /// <summary>e^x, with x held within ±87.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-87f)), Vector512.Create(87f));
        Vector512<float> whole = Vector512.Round(x * Vector512.Create(1.44269504f));
        // x − whole · ln 2, with ln 2 in two parts so that the rest keeps its bits.
        Vector512<float> rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693145752f), x);
        rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.42860677e-6f), rest) * Vector512.Create(1.44269504f);
        Vector512<float> power = Vector512.Create(0.0001546973198f);
        power = Vector512.FusedMultiplyAdd(power, rest, Vector512.Create(0.0013400432166f));
        power = Vector512.FusedMultiplyAdd(power, rest, Vector512.Create(0.0096180256029f));
        power = Vector512.FusedMultiplyAdd(power, rest, Vector512.Create(0.0555032721421f));
        power = Vector512.FusedMultiplyAdd(power, rest, Vector512.Create(0.240226512136f));
        power = Vector512.FusedMultiplyAdd(power, rest, Vector512.Create(0.693147206711f));
        power = Vector512.FusedMultiplyAdd(power, rest, Vector512<float>.One);
        Vector512<int> exponent = Vector512.ShiftLeft(Vector512.ConvertToInt32Native(whole) + Vector512.Create(127), 23);
        return power * exponent.AsSingle();
    }

    /// <summary>cos 2πx.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> CosineOfTurns(Vector512<float> x)
    {
        Vector512<float> t = HalfTurns(x), s = t * t;
        Vector512<float> sum = Vector512.Create(-8.869093540653e-05f);
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(0.0019043289577f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(-0.0257858087676f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(0.2353208255339f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(-1.3352602861662f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(4.0587118172429f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(-4.9348021858634f));
        return Vector512.FusedMultiplyAdd(sum, s, Vector512<float>.One);
    }

    /// <summary>sin 2πx.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SineOfTurns(Vector512<float> x)
    {
        Vector512<float> t = HalfTurns(x), s = t * t;
        Vector512<float> sum = Vector512.Create(-1.894466157637e-05f);
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(0.0004615867731f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(-0.0073664869389f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(0.0821440508138f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(-0.5992640642109f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(2.5501639819325f));
        sum = Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(-5.1677127772976f));
        return t * Vector512.FusedMultiplyAdd(sum, s, Vector512.Create(3.1415926535683f));
    }

    // x in half turns, within −1 to 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> HalfTurns(Vector512<float> x)
    {
        Vector512<float> rest = x - Vector512.Round(x);
        return rest + rest;
    }
}
