using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>The one matrix product behind neural networks: 8 units × 32 columns at a time, held in registers.</summary>
/// <remarks>
/// C[u, j] = Σ_p A(u, p) · B[p, j], u &lt; 8, j &lt; 32. B and C are contiguous rows of 32. A is read a scalar at a time, so that it may
/// lie in any order: a layer's weights serve forward and backward, and the transposed product of their gradient, from one layout.
/// Each sum runs over p in order with one rounding a term, so that its bits depend neither on the machine's vectors nor on its neighbours.
/// </remarks>
internal static unsafe class TileProduct
{
    /// <summary>Columns of a tile: rows of a table, or units.</summary>
    public const int Columns = 32;

    /// <summary>Units of a block.</summary>
    public const int Units = 8;

    /// <summary>How A lies in memory.</summary>
    public interface ISteps
    {
        /// <summary>Floats from one unit to the next.</summary>
        static abstract int Unit { get; }

        /// <summary>Floats from one term to the next.</summary>
        static abstract int Term { get; }
    }

    /// <summary>Weights in blocks [inputs × 8 units], summed over inputs.</summary>
    public readonly struct OverInputs : ISteps
    {
        public static int Unit => 1;

        public static int Term => Units;
    }

    /// <summary>The same weights, summed over units.</summary>
    public readonly struct OverUnits : ISteps
    {
        public static int Unit => Units;

        public static int Term => 1;
    }

    /// <summary>Values in tiles [values × 32 rows], summed over rows.</summary>
    public readonly struct OverRows : ISteps
    {
        public static int Unit => Columns;

        public static int Term => 1;
    }

    /// <summary>The product over outer × inner terms.</summary>
    /// <param name="a">A's first element.</param>
    /// <param name="inner">Terms that follow each other by <see cref="ISteps.Term"/>.</param>
    /// <param name="outer">Runs of them.</param>
    /// <param name="jump">Floats from the end of one run to the next.</param>
    /// <param name="b">[outer · inner × 32].</param>
    /// <param name="c">[8 × 32], overwritten.</param>
    /// <typeparam name="TSteps">A's layout.</typeparam>
    public static void Multiply<TSteps>(float* a, int inner, int outer, nint jump, float* b, float* c) where TSteps : struct, ISteps
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Wide<TSteps>(a, inner, outer, jump, b, c);
            return;
        }
        for (int unit = 0; unit < Units; unit += 4)
            for (int column = 0; column < Columns; column += 16)
                Narrow<TSteps>(a + (unit * TSteps.Unit), inner, outer, jump, b + column, c + (unit * Columns) + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide<TSteps>(float* a, int inner, int outer, nint jump, float* b, float* c) where TSteps : struct, ISteps
    {
        Vector512<float> p0 = default, p1 = default, p2 = default, p3 = default, p4 = default, p5 = default, p6 = default, p7 = default;
        Vector512<float> q0 = default, q1 = default, q2 = default, q3 = default, q4 = default, q5 = default, q6 = default, q7 = default;
        for (int o = outer; o > 0; o--, a += jump)
        {
            for (int i = inner; i > 0; i--, a += TSteps.Term, b += Columns)
            {
                Vector512<float> left = Vector512.Load(b), right = Vector512.Load(b + 16);
                Vector512<float> x = Vector512.Create(a[0]);
                p0 = Vector512.FusedMultiplyAdd(x, left, p0);
                q0 = Vector512.FusedMultiplyAdd(x, right, q0);
                x = Vector512.Create(a[TSteps.Unit]);
                p1 = Vector512.FusedMultiplyAdd(x, left, p1);
                q1 = Vector512.FusedMultiplyAdd(x, right, q1);
                x = Vector512.Create(a[2 * TSteps.Unit]);
                p2 = Vector512.FusedMultiplyAdd(x, left, p2);
                q2 = Vector512.FusedMultiplyAdd(x, right, q2);
                x = Vector512.Create(a[3 * TSteps.Unit]);
                p3 = Vector512.FusedMultiplyAdd(x, left, p3);
                q3 = Vector512.FusedMultiplyAdd(x, right, q3);
                x = Vector512.Create(a[4 * TSteps.Unit]);
                p4 = Vector512.FusedMultiplyAdd(x, left, p4);
                q4 = Vector512.FusedMultiplyAdd(x, right, q4);
                x = Vector512.Create(a[5 * TSteps.Unit]);
                p5 = Vector512.FusedMultiplyAdd(x, left, p5);
                q5 = Vector512.FusedMultiplyAdd(x, right, q5);
                x = Vector512.Create(a[6 * TSteps.Unit]);
                p6 = Vector512.FusedMultiplyAdd(x, left, p6);
                q6 = Vector512.FusedMultiplyAdd(x, right, q6);
                x = Vector512.Create(a[7 * TSteps.Unit]);
                p7 = Vector512.FusedMultiplyAdd(x, left, p7);
                q7 = Vector512.FusedMultiplyAdd(x, right, q7);
            }
        }
        Store(p0, q0, c);
        Store(p1, q1, c + Columns);
        Store(p2, q2, c + (2 * Columns));
        Store(p3, q3, c + (3 * Columns));
        Store(p4, q4, c + (4 * Columns));
        Store(p5, q5, c + (5 * Columns));
        Store(p6, q6, c + (6 * Columns));
        Store(p7, q7, c + (7 * Columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> left, Vector512<float> right, float* c)
    {
        left.Store(c);
        right.Store(c + 16);
    }

    // 4 units × 16 columns: what 16 registers of 256 bits hold.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Narrow<TSteps>(float* a, int inner, int outer, nint jump, float* b, float* c) where TSteps : struct, ISteps
    {
        Vector256<float> p0 = default, p1 = default, p2 = default, p3 = default, q0 = default, q1 = default, q2 = default, q3 = default;
        for (int o = outer; o > 0; o--, a += jump)
        {
            for (int i = inner; i > 0; i--, a += TSteps.Term, b += Columns)
            {
                Vector256<float> left = Vector256.Load(b), right = Vector256.Load(b + 8);
                Vector256<float> x = Vector256.Create(a[0]);
                p0 = Vector256.FusedMultiplyAdd(x, left, p0);
                q0 = Vector256.FusedMultiplyAdd(x, right, q0);
                x = Vector256.Create(a[TSteps.Unit]);
                p1 = Vector256.FusedMultiplyAdd(x, left, p1);
                q1 = Vector256.FusedMultiplyAdd(x, right, q1);
                x = Vector256.Create(a[2 * TSteps.Unit]);
                p2 = Vector256.FusedMultiplyAdd(x, left, p2);
                q2 = Vector256.FusedMultiplyAdd(x, right, q2);
                x = Vector256.Create(a[3 * TSteps.Unit]);
                p3 = Vector256.FusedMultiplyAdd(x, left, p3);
                q3 = Vector256.FusedMultiplyAdd(x, right, q3);
            }
        }
        p0.Store(c);
        q0.Store(c + 8);
        p1.Store(c + Columns);
        q1.Store(c + Columns + 8);
        p2.Store(c + (2 * Columns));
        q2.Store(c + (2 * Columns) + 8);
        p3.Store(c + (3 * Columns));
        q3.Store(c + (3 * Columns) + 8);
    }
}
