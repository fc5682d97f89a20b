using System.Runtime.CompilerServices;

namespace MLPipes.Pipelines;

/// <summary>Where the marks of a number stand, and so which formats it fits.</summary>
internal readonly record struct NumberLayout(NumberShape Shape, byte LastMark, bool IsSingleMark)
{
    // Stands for "no decimal mark" in DecimalFor: a byte that occurs in no number.
    private const byte NoMark = 1;

    /// <summary>The decimal mark when read in <paramref name="format"/>; 0 where the number does not fit it.</summary>
    public byte DecimalFor(DecimalMark format) => format switch
    {
        DecimalMark.Point => (Shape & NumberShape.Point) == 0 ? (byte)0 : (byte)'.',
        DecimalMark.Comma => (Shape & NumberShape.Comma) == 0 ? (byte)0 : (byte)',',
        _ when (Shape & (NumberShape.Point | NumberShape.Comma)) == 0 => 0,
        // In a column without an agreed format 2,370 is far likelier 2.37 than 2370: it also holds 0,066.
        _ when IsSingleMark => LastMark,
        _ when (Shape & NumberShape.Point) != 0 => (byte)'.',
        _ => (byte)',',
    };

    /// <summary>Looks at a number whose affix has been taken off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static NumberLayout Of(ReadOnlySpan<byte> text)
    {
        int i = 0;
        if (text[0] is (byte)'-' or (byte)'+') i = 1;
        else if (text.StartsWith("−"u8)) i = 3;
        int points = 0, commas = 0, groups = 0, digits = 0, run = 0, firstRun = -1, exponent = -1;
        byte firstDigit = 0, last = 0, before = 0;
        bool groupsFit = true;
        for (; i < text.Length; i++)
        {
            byte b = text[i];
            if ((uint)(b - '0') <= 9)
            {
                if (digits++ == 0) firstDigit = b;
                run++;
                continue;
            }
            if (b is (byte)'e' or (byte)'E')
            {
                exponent = i;
                break;
            }
            int width = b is (byte)' ' or (byte)'\'' ? 1 : text[i..].StartsWith("\u00A0"u8) ? 2 : text[i..].StartsWith("\u202F"u8) || text[i..].StartsWith("’"u8) ? 3 : 0;
            if (b is not ((byte)'.' or (byte)',') && width == 0) return default;
            if (firstRun < 0) firstRun = run;
            else groupsFit &= run == 3;
            run = 0;
            before = last;
            if (b == '.') points++;
            else if (b == ',') commas++;
            else
            {
                b = (byte)' ';
                groups++;
                i += width - 1;
            }
            last = b;
        }
        if (digits == 0 || (exponent >= 0 && !IsExponent(text[(exponent + 1)..]))) return default;
        return Judge(points, commas, groups, digits, run, firstRun, groupsFit, firstDigit, last, before, exponent >= 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static NumberLayout Judge(int points, int commas, int groups, int digits, int run, int firstRun, bool groupsFit,
        byte firstDigit, byte last, byte before, bool hasExponent)
    {
        bool startsAGroup = firstRun is >= 1 and <= 3 && firstDigit != '0';
        bool endsAGroup = run == 3;
        NumberShape shape = NumberShape.None;
        bool isSingle = points + commas == 1 && groups == 0;
        if (points + commas + groups == 0)
        {
            shape = NumberShape.Point | NumberShape.Comma;
            if (digits > 1 && firstDigit == '0' && !hasExponent) shape |= NumberShape.HasLeadingZero;
        }
        else if (groups > 0)
        {
            bool hasDecimal = points + commas == 1 && last != ' ';
            if (!startsAGroup || !groupsFit || hasExponent || (points + commas > 0 && !hasDecimal) || (!hasDecimal && !endsAGroup)) return default;
            shape = NumberShape.HasGroups | (!hasDecimal ? NumberShape.Point | NumberShape.Comma
                : (last == '.' ? NumberShape.Point : NumberShape.Comma) | NumberShape.HasMark | NumberShape.HasFraction);
        }
        else if (points > 0 && commas > 0)
        {
            // The last mark is decimal and stands once; all before it are the other one and group thousands.
            bool isOnce = last == '.' ? points == 1 : commas == 1;
            if (!isOnce || before == last || !startsAGroup || !groupsFit || hasExponent) return default;
            shape = (last == '.' ? NumberShape.Point : NumberShape.Comma) | NumberShape.HasMark | NumberShape.HasFraction;
        }
        else
        {
            NumberShape decimalFormat = points > 0 ? NumberShape.Point : NumberShape.Comma;
            NumberShape groupFormat = points > 0 ? NumberShape.Comma : NumberShape.Point;
            if (points + commas == 1) shape |= decimalFormat | NumberShape.HasFraction;
            if (startsAGroup && groupsFit && endsAGroup && !hasExponent) shape |= groupFormat;
            if (shape == NumberShape.None) return default;
            shape |= NumberShape.HasMark;
        }
        if (hasExponent) shape |= NumberShape.HasFraction;
        if (digits > 18) shape |= NumberShape.IsHuge;
        return new NumberLayout(shape, points + commas == 0 ? NoMark : last, isSingle);
    }

    private static bool IsExponent(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        return !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
