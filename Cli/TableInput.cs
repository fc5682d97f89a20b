using MLPipes.Pipelines;

namespace MLPipes.Cli;

/// <summary>Reads the tables that commands name.</summary>
internal static class TableInput
{
    /// <summary>The table at <paramref name="path"/>.</summary>
    /// <param name="path">A file.</param>
    /// <param name="kinds">Kinds by column name that a model or another table asks for; null to infer them.</param>
    /// <param name="threads">Threads that read; null for all cores.</param>
    public static Table Read(string path, IReadOnlyDictionary<string, ColumnKind>? kinds = null, int? threads = null) =>
        Table.Read(path, Options(kinds, threads));

    /// <summary>Options that read columns of those kinds; kinds of columns that a file lacks are no matter here.</summary>
    public static CsvOptions Options(IReadOnlyDictionary<string, ColumnKind>? kinds, int? threads)
    {
        CsvOptions options = new();
        if (kinds is not null) options = options with { Columns = kinds };
        return threads is { } count ? options with { Threads = count } : options;
    }

    /// <summary>Reading's warnings, one line each.</summary>
    public static void Warn(Terminal terminal, IEnumerable<string> warnings)
    {
        foreach (string warning in warnings) terminal.Error.WriteLine($"warning: {warning}");
    }

    /// <summary>The rows that have a label, and how many have none.</summary>
    public static (Table Rows, int Dropped) WithLabel(Table table, string label)
    {
        Column column = table[label];
        List<int> rows = [];
        for (int row = 0; row < column.Count; row++) if (!column.IsMissing(row)) rows.Add(row);
        return rows.Count == column.Count ? (table, 0) : (table.TakeRows(rows.ToArray()), column.Count - rows.Count);
    }
}
