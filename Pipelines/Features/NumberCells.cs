using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Reads any column as numbers: NaN where a cell is missing or is no number.</summary>
/// <remarks>
/// Booleans are 0 and 1, dates are days since 1970-01-01, categories and texts are parsed in invariant culture. Never allocates.
/// </remarks>
public static class NumberCells
{
    private const long EpochTicks = 621_355_968_000_000_000;

    /// <summary>Numbers per cell: the width of a vector column, else 1.</summary>
    public static int WidthOf(Column column) => column is VectorColumn vector ? vector.Width : 1;

    /// <summary>The number in slot <paramref name="slot"/> (0 unless the column holds vectors) of row <paramref name="row"/> (from 0).</summary>
    public static float At(Column column, int row, int slot = 0) => column switch
    {
        NumberColumn number => number.Values[row],
        VectorColumn vector => slot < vector.Width ? Finite(vector.Values[(row * vector.Width) + slot]) : float.NaN,
        BooleanColumn boolean => boolean.Values[row] == BooleanColumn.Missing ? float.NaN : boolean.Values[row],
        IntegerColumn integer => integer.Values[row] == IntegerColumn.Missing ? float.NaN : integer.Values[row],
        DateColumn date => date.Ticks[row] == DateColumn.Missing ? float.NaN : (float)((date.Ticks[row] - EpochTicks) / (double)TimeSpan.TicksPerDay),
        CategoryColumn category => category.Codes[row] < 0 ? float.NaN : Parse(category.Categories[category.Codes[row]]),
        TextColumn text => Parse(text.Cells[row].Span),
        _ => float.NaN,
    };

    /// <summary>The numbers of rows <paramref name="start"/> and on, one for each place in <paramref name="into"/>.</summary>
    public static void Read(Column column, int start, Span<float> into, int slot = 0)
    {
        if (column is NumberColumn number)
        {
            number.Values.Slice(start, into.Length).CopyTo(into);
            return;
        }
        for (int i = 0; i < into.Length; i++) into[i] = At(column, start + i, slot);
    }

    private static float Parse(ReadOnlySpan<char> text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? Finite(value) : float.NaN;

    private static float Finite(float value) => float.IsFinite(value) ? value : float.NaN;
}
