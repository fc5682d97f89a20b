using System.Globalization;
using System.Reflection;
using System.Text;

namespace MLPipes.Benchmarks;

/// <summary>Lines of comma-separated values with quotes, and records whose properties are the columns.</summary>
internal static class Csv
{
    /// <summary>The cells of one line.</summary>
    public static List<string> Split(string line)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"') cell.Append(line[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }
        cells.Add(cell.ToString());
        return cells;
    }

    /// <summary>Rows as values by column name.</summary>
    public static IEnumerable<Dictionary<string, string>> Read(string path) => Read(File.ReadLines(path));

    public static IEnumerable<Dictionary<string, string>> Read(IEnumerable<string> lines)
    {
        List<string>? names = null;
        foreach (string line in lines)
        {
            if (line.Length == 0) continue;
            List<string> cells = Split(line);
            if (names is null) names = cells;
            // A line that was cut off when the machine went down is as good as absent.
            else if (cells.Count == names.Count) yield return names.Zip(cells).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        }
    }

    public static string Header<T>() => string.Join(',', Columns<T>().Select(NameOf));

    public static string Line<T>(T row) => string.Join(',', Columns<T>().Select(p => Quoted(Text(p.GetValue(row)))));

    /// <summary>A record from cells; a column that an older file lacks keeps its default.</summary>
    public static T Parse<T>(IReadOnlyDictionary<string, string> cells) where T : notnull
    {
        T row = (T)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(T));
        foreach (PropertyInfo column in Columns<T>())
        {
            string text = cells.GetValueOrDefault(NameOf(column), "");
            object value = column.PropertyType == typeof(string) ? text
                : column.PropertyType == typeof(int) ? (object)(text.Length == 0 ? 0 : int.Parse(text, CultureInfo.InvariantCulture))
                : text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);
            column.SetValue(row, value);
        }
        return row;
    }

    private static IEnumerable<PropertyInfo> Columns<T>() => typeof(T).GetProperties().Where(p => p.CanWrite);

    // SecondsBudget is seconds_budget.
    private static string NameOf(PropertyInfo column) => string.Concat(column.Name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));

    private static string Text(object? value) => value switch
    {
        double number when double.IsNaN(number) => "",
        double number => Math.Round(number, 7).ToString(CultureInfo.InvariantCulture),
        null => "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Quoted(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.AsSpan().ContainsAny(',', '"') ? $"\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : line;
    }
}
