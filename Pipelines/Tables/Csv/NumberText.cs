using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLPipes.Pipelines;

/// <summary>Numbers in cells: tells which formats a cell fits, and reads it in one.</summary>
internal static class NumberText
{
    private const int MaxLength = 128;
    private static readonly double[] powers = [.. Enumerable.Range(0, 23).Select(i => double.Parse($"1e{i}", System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The formats that fit; <paramref name="value"/> is the integer where it is one (0 otherwise).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static NumberShape Look(ReadOnlySpan<byte> text, out long value, out int affix)
    {
        affix = Affix.None;
        value = 0;
        if (text.IsEmpty) return NumberShape.None;
        // The usual cells: an optional minus, up to 18 digits, perhaps a point and more digits.
        int i = text[0] == '-' ? 1 : 0;
        int first = i;
        long whole = 0;
        while (i < text.Length && (uint)(text[i] - '0') <= 9) whole = (whole * 10) + (text[i++] - '0');
        int digits = i - first;
        if (digits is > 0 and <= 18)
        {
            NumberShape zero = digits > 1 && text[first] == '0' ? NumberShape.HasLeadingZero : NumberShape.None;
            if (i == text.Length)
            {
                value = first == 1 ? -whole : whole;
                return NumberShape.Point | NumberShape.Comma | zero;
            }
            if (text[i] == '.')
            {
                int fraction = ++i;
                while (i < text.Length && (uint)(text[i] - '0') <= 9) i++;
                if (i == text.Length && i > fraction) return NumberShape.Point | NumberShape.HasMark | NumberShape.HasFraction | Group(i - fraction, digits, text[first]);
            }
        }
        return LookClosely(text, out value, out affix);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static NumberShape LookClosely(ReadOnlySpan<byte> text, out long value, out int affix)
    {
        affix = Affix.None;
        value = 0;
        if (text.Length > MaxLength) return NumberShape.None;
        if (!Affix.IsNumeric(text[^1]) || !Affix.IsNumeric(text[0]))
        {
            if (IsInfinity(text)) return NumberShape.Point | NumberShape.Comma | NumberShape.IsInfinite;
            affix = Affix.Strip(ref text);
            if (affix < 0) affix = ~affix;
            if (text.IsEmpty) return NumberShape.None;
        }
        NumberLayout layout = NumberLayout.Of(text);
        if (layout.Shape != NumberShape.None && (layout.Shape & (NumberShape.HasFraction | NumberShape.IsHuge)) == 0)
            TryWhole(text, out value);
        return layout.Shape;
    }

    /// <summary>Reads a number in <paramref name="format"/>; false where it is none. Beyond float64's range it is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryRead(ReadOnlySpan<byte> text, DecimalMark format, out double value)
    {
        if (format != DecimalMark.Comma && TryReadPlain(text, out value)) return true;
        value = 0;
        if (text.IsEmpty || text.Length > MaxLength) return false;
        bool isNegated = false;
        if (!Affix.IsNumeric(text[^1]) || !Affix.IsNumeric(text[0]))
        {
            if (IsInfinity(text))
            {
                value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
                return true;
            }
            isNegated = Affix.Strip(ref text) < 0;
            if (text.IsEmpty) return false;
        }
        NumberLayout layout = NumberLayout.Of(text);
        byte mark = layout.DecimalFor(format);
        if (mark == 0) return false;
        Span<byte> clean = stackalloc byte[MaxLength];
        int length = 0;
        foreach (byte b in text)
        {
            if (b == mark) clean[length++] = (byte)'.';
            else if ((uint)(b - '0') <= 9 || b is (byte)'-' or (byte)'+' or (byte)'e' or (byte)'E') clean[length++] = b;
            else if (b == 0x88) clean[length++] = (byte)'-'; // second byte of U+2212, the only sign outside ASCII
        }
        if (!double.TryParse(clean[..length], System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value)) return false;
        if (isNegated) value = -value;
        return true;
    }

    /// <summary>
    /// Looks at and reads in one go what most numbers are: digits with an optional minus and point, few enough for exact arithmetic
    /// (Clinger's fast path). False says nothing about other forms.
    /// </summary>
    /// <param name="text">The cell.</param>
    /// <param name="value">Its value where the point is decimal.</param>
    /// <param name="whole">The same for an integer.</param>
    /// <param name="shape">What <see cref="Look"/> says of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPlain(ReadOnlySpan<byte> text, out double value, out long whole, out NumberShape shape)
    {
        value = 0;
        whole = 0;
        shape = NumberShape.None;
        if (text.Length is 0 or > 17) return false;
        int i = text[0] == '-' ? 1 : 0;
        int first = i;
        long mantissa = 0;
        while (i < text.Length && (uint)(text[i] - '0') <= 9) mantissa = (mantissa * 10) + (text[i++] - '0');
        int digits = i - first, fraction = 0;
        if (digits == 0) return false;
        if (i == text.Length)
        {
            shape = NumberShape.Point | NumberShape.Comma | (digits > 1 && text[first] == '0' ? NumberShape.HasLeadingZero : NumberShape.None);
        }
        else
        {
            if (text[i++] != '.') return false;
            int from = i;
            while (i < text.Length && (uint)(text[i] - '0') <= 9) mantissa = (mantissa * 10) + (text[i++] - '0');
            fraction = i - from;
            if (i < text.Length || fraction == 0) return false;
            shape = NumberShape.Point | NumberShape.HasMark | NumberShape.HasFraction | Group(fraction, digits, text[first]);
        }
        if (digits + fraction > 15) return false;
        value = mantissa / Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(powers), fraction);
        if (first == 1) (value, mantissa) = (-value, -mantissa);
        whole = mantissa;
        return true;
    }

    // Three digits behind one to three others, the first no zero, may be a group of thousands.
    private static NumberShape Group(int fraction, int digits, byte first) =>
        fraction == 3 && digits <= 3 && first != '0' ? NumberShape.Comma : NumberShape.None;

    /// <summary>Reads an integer, thousands separators taken out; false where it is none or too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryReadWhole(ReadOnlySpan<byte> text, DecimalMark format, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && value != IntegerColumn.Missing) return true;
        bool isNegated = false;
        if (!text.IsEmpty && (!Affix.IsNumeric(text[^1]) || !Affix.IsNumeric(text[0]))) isNegated = Affix.Strip(ref text) < 0;
        NumberLayout layout = text.IsEmpty || text.Length > MaxLength ? default : NumberLayout.Of(text);
        byte mark = layout.DecimalFor(format);
        if (mark != 0 && text.IndexOf(mark) < 0 && TryWhole(text, out value))
        {
            if (isNegated) value = -value;
            return true;
        }
        return false;
    }

    /// <summary>Digits with an optional minus and point, few enough for exact arithmetic (Clinger's fast path).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadPlain(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.Length is 0 or > 17) return false;
        int i = text[0] == '-' ? 1 : 0;
        int first = i;
        long mantissa = 0;
        while (i < text.Length && (uint)(text[i] - '0') <= 9) mantissa = (mantissa * 10) + (text[i++] - '0');
        int whole = i - first, fraction = 0;
        if (i < text.Length)
        {
            // Three digits behind a point may be a group of thousands in another format, but not in this one.
            if (text[i++] != '.') return false;
            int from = i;
            while (i < text.Length && (uint)(text[i] - '0') <= 9) mantissa = (mantissa * 10) + (text[i++] - '0');
            fraction = i - from;
        }
        if (i < text.Length || whole + fraction is 0 or > 15) return false;
        value = mantissa / Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(powers), fraction);
        if (first == 1) value = -value;
        return true;
    }

    private static bool TryWhole(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        bool isNegative = text[0] == '-' || text[0] == 0xE2;
        int digits = 0;
        foreach (byte b in text)
        {
            if ((uint)(b - '0') > 9) continue;
            if (++digits > 18) return false;
            value = (value * 10) + (b - '0');
        }
        if (isNegative) value = -value;
        return digits > 0;
    }

    private static bool IsInfinity(ReadOnlySpan<byte> text)
    {
        if (text[0] is (byte)'-' or (byte)'+') text = text[1..];
        return text.Length switch
        {
            3 => text.SequenceEqual("∞"u8) || System.Text.Ascii.EqualsIgnoreCase(text, "inf"u8),
            8 => System.Text.Ascii.EqualsIgnoreCase(text, "infinity"u8),
            _ => false,
        };
    }
}
