using System.Globalization;
using System.Text.Json;

namespace MLPipes.Pipelines;

/// <summary>One value whose type is only known at run time, on its way into a cell of a known kind.</summary>
internal readonly struct LooseCell
{
    private readonly object? value;

    private LooseCell(object? value) => this.value = value;

    /// <summary>What is known of a field's value: JSON is unwrapped, numbers become int64 or float64, texts strings; null where missing.</summary>
    public static LooseCell Of(object? value) => new(value switch
    {
        null or DBNull => null,
        string or long or bool or DateTime or float[] => value,
        double number => double.IsNaN(number) ? null : value,
        float number => float.IsNaN(number) ? null : (double)number,
        sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number => number <= long.MaxValue ? (long)number : (double)number,
        decimal number => decimal.IsInteger(number) && Math.Abs(number) < long.MaxValue ? (long)number : (double)number,
        DateTimeOffset time => time.UtcDateTime,
        DateOnly day => day.ToDateTime(TimeOnly.MinValue),
        char letter => letter.ToString(),
        ReadOnlyMemory<char> text => text.ToString(),
        Enum or Guid => value.ToString(),
        IEnumerable<float> numbers => numbers.ToArray(),
        IEnumerable<double> numbers => numbers.Select(n => (float)n).ToArray(),
        JsonElement json => OfJson(json),
        _ => value,
    });

    /// <summary>Writes the value into <paramref name="column"/> of <paramref name="row"/>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">Index of the cell.</param>
    /// <param name="wanted">What the cell takes.</param>
    /// <param name="known">The column's categories in training; null where not kept.</param>
    /// <returns>Whether the value is of a type that the cell takes.</returns>
    public bool TryWrite(RowBuffer row, int column, InputColumn wanted, KnownCategories? known)
    {
        switch (wanted.Kind)
        {
            case ColumnKind.Number or ColumnKind.Boolean or ColumnKind.Integer when value is null:
                row.SetNumber(column, double.NaN);
                return true;
            case ColumnKind.Number when Number() is { } number && float.IsFinite((float)number):
                row.SetNumber(column, number);
                return true;
            case ColumnKind.Integer when Whole() is { } whole:
                row.SetInteger(column, whole);
                return true;
            case ColumnKind.Boolean when Truth() is { } truth:
                row.SetNumber(column, truth ? 1 : 0);
                return true;
            case ColumnKind.Date when value is null or DateTime || (value is string text && (text.Length == 0 || CellValue.TryDate(text, out _))):
                row.SetDate(column, Date());
                return true;
            case ColumnKind.Category or ColumnKind.Text when Text(known) is { } text:
                row.SetText(column, text.AsMemory());
                return true;
            case ColumnKind.Vector when value is float[] vector && vector.Length == wanted.Width && !Array.Exists(vector, float.IsInfinity):
                row.SetVector(column, vector);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The value as a message shows it.</summary>
    public string Describe() => value switch
    {
        null => "nothing",
        string text => $"'{(text.Length > 40 ? string.Concat(text.AsSpan(0, 40), "…") : text)}'",
        float[] numbers => $"{numbers.Length} numbers",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        JsonElement json => json.ValueKind == JsonValueKind.Object ? "an object" : "an array",
        _ => value is bool ? value.ToString()!.ToLowerInvariant() : $"a {value.GetType().Name}",
    };

    private double? Number() => value switch
    {
        double number => number,
        long whole => whole,
        bool truth => truth ? 1 : 0,
        string text when text.Length == 0 => double.NaN,
        string text when CellValue.TryNumber(text, out float number) => number,
        _ => null,
    };

    private long? Whole() => value switch
    {
        long whole => whole,
        bool truth => truth ? 1 : 0,
        double number when CellValue.TryWhole(number, out long whole) => whole,
        string text when text.Length == 0 => IntegerColumn.Missing,
        string text when CellValue.TryInteger(text, out long whole) => whole,
        _ => null,
    };

    private bool? Truth() => value switch
    {
        bool truth => truth,
        long and (0 or 1) => (long)value == 1,
        double and (0d or 1d) => (double)value == 1,
        string text when CellValue.TryBoolean(text, out bool truth) => truth,
        _ => null,
    };

    private DateTime? Date() => value switch
    {
        DateTime time => time,
        string text when CellValue.TryDate(text, out DateTime time) => time,
        _ => null,
    };

    private string? Text(KnownCategories? known) => value switch
    {
        null => "",
        string text => text,
        long whole when Math.Abs(whole) <= 1 << 24 && known is not null => known.OfNumber(whole),
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number when known is not null => known.OfNumber((float)number),
        double number => CellValue.OfNumber((float)number),
        bool truth when known is not null => known.OfBoolean(truth),
        bool truth => truth ? "true" : "false",
        DateTime time => new DateColumn("", [time.Ticks]).TextAt(0),
        _ => null,
    };

    private static object? OfJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => json.TryGetInt64(out long whole) ? whole : json.GetDouble(),
        JsonValueKind.Array when json.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number) => json.EnumerateArray().Select(e => e.GetSingle()).ToArray(),
        _ => json,
    };
}
