using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>The text of a cell without allocating, the same as <see cref="Column.TextAt"/> gives.</summary>
internal static class CellText
{
    /// <summary>What to make of a cell's text; empty where the cell is missing.</summary>
    public delegate TResult Use<TState, TResult>(TState state, ReadOnlySpan<char> text);

    /// <summary>Hands the text of the cell to <paramref name="use"/>.</summary>
    public static TResult WithText<TState, TResult>(Column column, int row, TState state, Use<TState, TResult> use)
    {
        if (column is TextColumn cells) return use(state, cells.Cells[row].Span);
        if (column is CategoryColumn category) return use(state, category.Codes[row] < 0 ? [] : category.Categories[category.Codes[row]]);
        if (column.Kind == ColumnKind.Vector || column.IsMissing(row)) return use(state, []);
        Span<char> buffer = stackalloc char[48];
        int length = 0;
        bool _ = column switch
        {
            NumberColumn number => number.Values[row].TryFormat(buffer, out length, default, CultureInfo.InvariantCulture),
            IntegerColumn integer => integer.Values[row].TryFormat(buffer, out length, default, CultureInfo.InvariantCulture),
            BooleanColumn boolean => (boolean.Values[row] == 1 ? "true" : "false").TryCopyTo(buffer) && (length = boolean.Values[row] == 1 ? 4 : 5) > 0,
            DateColumn date => new DateTime(date.Ticks[row]).TryFormat(buffer, out length,
                date.Ticks[row] % TimeSpan.TicksPerDay == 0 ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
            _ => false,
        };
        return use(state, buffer[..length]);
    }
}
