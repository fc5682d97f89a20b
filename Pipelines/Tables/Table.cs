using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>A columnar, immutable table in memory; to ML.NET an ordinary <see cref="Microsoft.ML.IDataView"/>.</summary>
public sealed partial class Table
{
    private readonly Column[] columns;
    private readonly Dictionary<string, int> byName;

    /// <summary>A table of <paramref name="columns"/>, all of one length, with unique names.</summary>
    /// <exception cref="TableException">Two columns share a name, or lengths differ.</exception>
    public Table(IEnumerable<Column> columns, IReadOnlyList<string>? warnings = null, string? source = null)
    {
        this.columns = columns.ToArray();
        byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < this.columns.Length; i++)
        {
            Column column = this.columns[i];
            if (!byName.TryAdd(column.Name, i))
                throw new TableException(column.Name, found: "the name twice", expected: "unique column names", source: source);
            if (column.Count != this.columns[0].Count)
                throw new TableException(column.Name, found: $"{column.Count} rows", expected: $"{this.columns[0].Count} rows as in '{this.columns[0].Name}'", source: source);
        }
        RowCount = this.columns.Length == 0 ? 0 : this.columns[0].Count;
        Warnings = warnings ?? [];
        Source = source;
    }

    /// <summary>The columns in their order.</summary>
    public IReadOnlyList<Column> Columns => columns;

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>What reading noticed and the user should know; one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The file or source it was read from; null where it was made in memory.</summary>
    public string? Source { get; }

    /// <summary>The column named <paramref name="name"/>.</summary>
    /// <exception cref="TableException">There is none; the message names the nearest.</exception>
    public Column this[string name] => Find(name) ?? throw new TableException(name, found: "no such column",
        expected: $"one of {string.Join(", ", columns.Take(12).Select(c => c.Name))}{(columns.Length > 12 ? ", …" : "")}", source: Source);

    /// <summary>The column named <paramref name="name"/>, or null where there is none.</summary>
    public Column? Find(string name) => byName.TryGetValue(name, out int index) ? columns[index] : null;

    /// <summary>The rows at <paramref name="rows"/> (indices from 0), in that order.</summary>
    public Table TakeRows(ReadOnlySpan<int> rows)
    {
        Column[] taken = new Column[columns.Length];
        for (int i = 0; i < taken.Length; i++) taken[i] = columns[i].Take(rows);
        return new Table(taken, Warnings, Source);
    }

    /// <summary>Only the columns named, in that order.</summary>
    public Table Select(IEnumerable<string> names) => new(names.Select(n => this[n]), Warnings, Source);
}
