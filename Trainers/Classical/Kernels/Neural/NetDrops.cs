using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Dropout: which values of a batch are left out, from a key and the place alone, so that the way back finds them again.</summary>
/// <remarks>Srivastava et al., Dropout, JMLR 15, 2014; kept values are enlarged, so that nothing changes when scoring.</remarks>
/// <param name="Share">Share left out, 0 to below 1.</param>
/// <param name="Key">Of the step.</param>
internal readonly record struct NetDrops(float Share, uint Key)
{
    /// <summary>Multiplies each of [units × 32] by 0 or 1 / (1 − share).</summary>
    public unsafe void Apply(float* values, int units, int tile, int layer)
    {
        if (Share <= 0) return;
        Vector512<uint> limit = Vector512.Create((uint)(Share * 4294967040.0)), place = Vector512<uint>.Indices + Vector512.Create(Mixed(Key + ((uint)tile * 0x9E3779B9) + ((uint)layer * 0x85EBCA6B)));
        Vector512<float> factor = Vector512.Create(1 / (1 - Share));
        for (int i = 0; i < units * TileProduct.Columns; i += 16, place += Vector512.Create(16u))
        {
            Vector512<float> kept = Vector512.GreaterThanOrEqual(Mixed(place), limit).AsSingle() & factor;
            (Vector512.Load(values + i) * kept).Store(values + i);
        }
    }

    // The finaliser of MurmurHash3 (Appleby, public domain).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Mixed(Vector512<uint> x)
    {
        x = (x ^ Vector512.ShiftRightLogical(x, 16)) * Vector512.Create(0x85EBCA6Bu);
        x = (x ^ Vector512.ShiftRightLogical(x, 13)) * Vector512.Create(0xC2B2AE35u);
        return x ^ Vector512.ShiftRightLogical(x, 16);
    }

    private static uint Mixed(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85EBCA6B;
        x = (x ^ (x >> 13)) * 0xC2B2AE35;
        return x ^ (x >> 16);
    }
}
