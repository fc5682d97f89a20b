using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Trainers.Torch;

/// <summary>Masks of dropout in memory: 0 with a probability, else one value, sixteen at a time.</summary>
/// <remarks>
/// torch draws them one by one on the processor, 7 ns a value: for a small encoder a fifth of a training step. Here four 64-bit xorshift128+ generators
/// (Vigna, Further scramblings of Marsaglia's xorshift generators, 2017) run side by side and each draw is cut into four numbers of 16 bits.
/// The same seed gives the same mask on every machine; the probability is met to 1/65536.
/// </remarks>
internal static class DropoutMask
{
    private const int Lanes = 16;

    /// <summary>Fills with 0 or <paramref name="kept"/>, as float32.</summary>
    public static void Fill(Span<float> mask, double share, float kept, ulong seed)
    {
        Vector256<uint> value = Vector256.Create(BitConverter.SingleToUInt32Bits(kept));
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(mask);
        Span<uint> last = stackalloc uint[Lanes];
        (Vector256<ulong> a, Vector256<ulong> b) = Start(seed);
        Vector256<short> limit = Limit(share);
        for (int at = 0; at < bits.Length; at += Lanes)
        {
            // All ones where kept; sign extension carries them into 32 bits.
            Vector256<short> keeps = Keeps(ref a, ref b, limit);
            bool isWhole = bits.Length - at >= Lanes;
            Span<uint> into = isWhole ? bits.Slice(at, Lanes) : last;
            (Vector256.WidenLower(keeps).AsUInt32() & value).CopyTo(into);
            (Vector256.WidenUpper(keeps).AsUInt32() & value).CopyTo(into[8..]);
            if (!isWhole) last[..(bits.Length - at)].CopyTo(bits[at..]);
        }
    }

    /// <summary>Fills with 0 or <paramref name="kept"/>, as the upper halves of float32, which are bfloat16.</summary>
    public static void FillBFloat16(Span<ushort> mask, double share, float kept, ulong seed)
    {
        // Rounded to the nearest, ties up.
        Vector256<ushort> value = Vector256.Create((ushort)((BitConverter.SingleToUInt32Bits(kept) + 0x8000) >> 16));
        Span<ushort> last = stackalloc ushort[Lanes];
        (Vector256<ulong> a, Vector256<ulong> b) = Start(seed);
        Vector256<short> limit = Limit(share);
        for (int at = 0; at < mask.Length; at += Lanes)
        {
            Vector256<ushort> values = Keeps(ref a, ref b, limit).AsUInt16() & value;
            if (mask.Length - at >= Lanes)
            {
                values.CopyTo(mask[at..]);
                continue;
            }
            values.CopyTo(last);
            last[..(mask.Length - at)].CopyTo(mask[at..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Keeps(ref Vector256<ulong> a, ref Vector256<ulong> b, Vector256<short> limit)
    {
        Vector256<ulong> drawn = a + b, x = a ^ (a << 23);
        (a, b) = (b, x ^ b ^ (x >>> 18) ^ (b >>> 5));
        return Vector256.GreaterThanOrEqual(drawn.AsInt16(), limit);
    }

    // Signed numbers compare in one instruction; the shift of the range moves the limit alike.
    private static Vector256<short> Limit(double share) => Vector256.Create((short)Math.Min(short.MaxValue, Math.Round(share * 65536) - 32768));

    private static (Vector256<ulong> A, Vector256<ulong> B) Start(ulong seed) =>
        (Vector256.Create(NoiseSource.Mix(seed), NoiseSource.Mix(seed + 1), NoiseSource.Mix(seed + 2), NoiseSource.Mix(seed + 3)),
         Vector256.Create(NoiseSource.Mix(~seed), NoiseSource.Mix(~seed - 1), NoiseSource.Mix(~seed - 2), NoiseSource.Mix(~seed - 3)));
}
