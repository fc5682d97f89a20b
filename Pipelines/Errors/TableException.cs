using System.Text;

namespace MLPipes;

/// <summary>Data that can't be read or used as asked: says the file, the row, the column, what was found and what was expected.</summary>
public sealed class TableException : MLPipesException
{
    /// <summary>A problem at one place of a table.</summary>
    /// <param name="column">The column's name; null where the problem is not of one column.</param>
    /// <param name="row">The data row's number, from 1, the header not counted; null where it is not of one row.</param>
    /// <param name="found">What stands there.</param>
    /// <param name="expected">What should stand there.</param>
    /// <param name="hint">What to do next.</param>
    /// <param name="source">The file or source the table was read from.</param>
    public TableException(string? column, long? row = null, string? found = null, string? expected = null, string? hint = null, string? source = null)
        : base(Compose(column, row, found, expected, hint, source)) { }

    /// <summary>A problem of the whole table, in one sentence.</summary>
    public TableException(string problem, Exception? inner) : base(problem, inner) { }

    private static string Compose(string? column, long? row, string? found, string? expected, string? hint, string? source)
    {
        StringBuilder text = new();
        if (source is not null) text.Append(source).Append(": ");
        if (column is not null) text.Append($"column '{column}'");
        if (row is not null) text.Append(text.Length == 0 || column is null ? $"row {row}" : $", row {row}");
        if (found is not null) text.Append($": found {found}");
        if (expected is not null) text.Append(found is null ? $": expected {expected}" : $", expected {expected}");
        text.Append('.');
        if (hint is not null) text.Append(' ').Append(hint);
        return text.ToString();
    }
}
