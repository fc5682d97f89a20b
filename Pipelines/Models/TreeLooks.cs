using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Lays the rows that several looks lead to over each other: what bits all of them have.</summary>
/// <remarks>
/// What remains stays in up to eight registers; there is a loop for each number of registers, made from one source.
/// </remarks>
internal static unsafe class TreeLooks
{
    /// <summary>The most looks.</summary>
    public const int MaxLooks = 512;

    private const int Registers = 8;

    private interface ILanes<T>
    {
        static abstract T Ones { get; }

        static abstract T And(T some, byte* others);
    }

    private interface INumber
    {
        static abstract int Value { get; }
    }

    /// <summary>What all looks leave.</summary>
    /// <param name="looks">The looks, by their levels, so that where a search ends is foreseen.</param>
    /// <param name="slots">[slots].</param>
    /// <param name="bytes">Bytes of a row of a table, a multiple of 64.</param>
    /// <param name="remaining">[bytes].</param>
    [SkipLocalsInit]
    public static void Remain(ReadOnlySpan<TreeLook> looks, float* slots, int bytes, byte* remaining)
    {
        byte** rows = stackalloc byte*[MaxLooks];
        fixed (TreeLook* look = looks)
            for (int i = 0; i < looks.Length; i++) rows[i] = look[i].Row(slots, bytes);
        if (Vector512.IsHardwareAccelerated) And<Lanes512, Vector512<byte>>(rows, rows + looks.Length, bytes, remaining);
        else And<Lanes256, Vector256<byte>>(rows, rows + looks.Length, bytes, remaining);
    }

    private static void And<TLanes, T>(byte** rows, byte** end, int bytes, byte* remaining) where TLanes : ILanes<T> where T : unmanaged
    {
        nint at = 0;
        for (int left = bytes / sizeof(T); left > 0; left -= Registers, at += Registers * sizeof(T))
        {
            switch (left)
            {
                case 1: And<TLanes, T, One>(rows, end, at, remaining); break;
                case 2: And<TLanes, T, Two>(rows, end, at, remaining); break;
                case 3: And<TLanes, T, Three>(rows, end, at, remaining); break;
                case 4: And<TLanes, T, Four>(rows, end, at, remaining); break;
                case 5: And<TLanes, T, Five>(rows, end, at, remaining); break;
                case 6: And<TLanes, T, Six>(rows, end, at, remaining); break;
                case 7: And<TLanes, T, Seven>(rows, end, at, remaining); break;
                default: And<TLanes, T, Eight>(rows, end, at, remaining); break;
            }
        }
    }

    // From byte at of the rows on, as many vectors as the number says.
    private static void And<TLanes, T, TNumber>(byte** rows, byte** end, nint at, byte* remaining) where TLanes : ILanes<T> where T : unmanaged where TNumber : INumber
    {
        int width = sizeof(T);
        T a = TLanes.Ones, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        for (; rows < end; rows++)
        {
            byte* row = *rows + at;
            a = TLanes.And(a, row);
            if (TNumber.Value > 1) b = TLanes.And(b, row + width);
            if (TNumber.Value > 2) c = TLanes.And(c, row + (2 * width));
            if (TNumber.Value > 3) d = TLanes.And(d, row + (3 * width));
            if (TNumber.Value > 4) e = TLanes.And(e, row + (4 * width));
            if (TNumber.Value > 5) f = TLanes.And(f, row + (5 * width));
            if (TNumber.Value > 6) g = TLanes.And(g, row + (6 * width));
            if (TNumber.Value > 7) h = TLanes.And(h, row + (7 * width));
        }
        T* to = (T*)(remaining + at);
        to[0] = a;
        if (TNumber.Value > 1) to[1] = b;
        if (TNumber.Value > 2) to[2] = c;
        if (TNumber.Value > 3) to[3] = d;
        if (TNumber.Value > 4) to[4] = e;
        if (TNumber.Value > 5) to[5] = f;
        if (TNumber.Value > 6) to[6] = g;
        if (TNumber.Value > 7) to[7] = h;
    }

    private readonly struct Lanes512 : ILanes<Vector512<byte>>
    {
        public static Vector512<byte> Ones => Vector512<byte>.AllBitsSet;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<byte> And(Vector512<byte> some, byte* others) => some & Vector512.Load(others);
    }

    private readonly struct Lanes256 : ILanes<Vector256<byte>>
    {
        public static Vector256<byte> Ones => Vector256<byte>.AllBitsSet;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> And(Vector256<byte> some, byte* others) => some & Vector256.Load(others);
    }

    private readonly struct One : INumber { public static int Value => 1; }

    private readonly struct Two : INumber { public static int Value => 2; }

    private readonly struct Three : INumber { public static int Value => 3; }

    private readonly struct Four : INumber { public static int Value => 4; }

    private readonly struct Five : INumber { public static int Value => 5; }

    private readonly struct Six : INumber { public static int Value => 6; }

    private readonly struct Seven : INumber { public static int Value => 7; }

    private readonly struct Eight : INumber { public static int Value => 8; }
}
