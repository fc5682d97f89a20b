using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Columns that ML.NET's loader could only bring as text, read as our own reader understands them: dates, 45 %, $1,234.</summary>
internal static class UnderstoodText
{
    /// <summary>The table with each column of strings that <paramref name="mayChange"/> read anew, where all its cells turn out to be numbers or dates.</summary>
    public static Table Of(Table table, Func<string, bool> mayChange) =>
        new(table.Columns.Select(c => c is CategoryColumn or TextColumn && mayChange(c.Name) ? Understood(c) : c), table.Warnings, table.Source);

    private static Column Understood(Column column)
    {
        if (column.Count == 0) return column;
        using MemoryStream csv = new();
        using (StreamWriter writer = new(csv, leaveOpen: true))
        {
            writer.Write("cell\n");
            // Quoted, so that separators within are part of the cell; an empty cell would be no row at all.
            for (int row = 0; row < column.Count; row++) writer.Write($"\"{column.TextAt(row)?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        }
        csv.Position = 0;
        Column read = Table.ReadCsv(csv, new CsvOptions { Separator = ',', Threads = 1 }).Columns[0];
        bool isWhole = read.Count == column.Count && read.Kind is ColumnKind.Number or ColumnKind.Integer or ColumnKind.Date;
        return isWhole && Lost(column, read) == 0 ? read.Rename(column.Name) : column;
    }

    /// <summary>Cells with a value that the reading has no value for, words for a missing one apart.</summary>
    private static int Lost(Column column, Column read)
    {
        int lost = 0;
        for (int row = 0; row < column.Count; row++)
            if (read.IsMissing(row) && column.TextAt(row) is { } text && !CsvOptions.UsualMissingValues.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase)) lost++;
        return lost;
    }
}
