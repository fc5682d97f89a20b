using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Reads and writes single cells as text, in invariant culture, where a value arrives in another form than it was trained in.</summary>
internal static class CellValue
{
    private const NumberStyles Numeric = NumberStyles.Float | NumberStyles.AllowThousands;

    /// <summary>A finite number.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out float value) =>
        float.TryParse(text, Numeric, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);

    /// <summary>A whole number that int64 holds exactly.</summary>
    public static bool TryInteger(ReadOnlySpan<char> text, out long value)
    {
        if (long.TryParse(text, NumberStyles.Integer | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out value)) return value != IntegerColumn.Missing;
        return double.TryParse(text, Numeric, CultureInfo.InvariantCulture, out double wide) && TryWhole(wide, out value);
    }

    /// <summary>A float64 without fraction, as int64.</summary>
    public static bool TryWhole(double wide, out long value)
    {
        bool whole = Math.Abs(wide) < 9.2e18 && Math.Floor(wide) == wide;
        value = whole ? (long)wide : 0;
        return whole;
    }

    /// <summary>A usual word for yes or no.</summary>
    public static bool TryBoolean(ReadOnlySpan<char> text, out bool value)
    {
        ReadOnlySpan<char> word = text.Trim();
        value = Is(word, "true") || Is(word, "yes") || Is(word, "t") || Is(word, "y") || Is(word, "1") || Is(word, "1.0") || Is(word, "on");
        return value || Is(word, "false") || Is(word, "no") || Is(word, "f") || Is(word, "n") || Is(word, "0") || Is(word, "0.0") || Is(word, "off");
    }

    /// <summary>A point in time; UTC where the text has an offset, else as written.</summary>
    public static bool TryDate(ReadOnlySpan<char> text, out DateTime value)
    {
        // A bare number is no date to us, though .NET would read some ("1.5" as the first of May).
        if (double.TryParse(text, Numeric, CultureInfo.InvariantCulture, out _))
        {
            value = default;
            return false;
        }
        return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces, out value);
    }

    /// <summary>A number as a category's text: whole numbers without a point.</summary>
    public static string OfNumber(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool Is(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
