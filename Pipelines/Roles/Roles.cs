namespace MLPipes;

/// <summary>The role of each column of a table: what is learned, from what, and how rows are weighted and split.</summary>
public sealed record Roles
{
    /// <summary>Role by column name; a column that is not named is <see cref="ColumnRole.Ignore"/>.</summary>
    public required IReadOnlyDictionary<string, ColumnRole> ByColumn { get; init; }

    /// <summary>The role of <paramref name="column"/>.</summary>
    public ColumnRole Of(string column) => ByColumn.TryGetValue(column, out ColumnRole role) ? role : ColumnRole.Ignore;

    /// <summary>The columns that have <paramref name="role"/>, in table order as far as the dictionary keeps it.</summary>
    public IEnumerable<string> With(ColumnRole role) => ByColumn.Where(p => p.Value == role).Select(p => p.Key);

    /// <summary>The label's column, or null where none was named.</summary>
    public string? Label => With(ColumnRole.Label).FirstOrDefault();

    /// <summary>Same roles with <paramref name="column"/> set to <paramref name="role"/>.</summary>
    public Roles Set(string column, ColumnRole role) =>
        this with { ByColumn = new Dictionary<string, ColumnRole>(ByColumn) { [column] = role } };

    /// <summary>The columns that are learned from: numbers, categories, texts and dates.</summary>
    public IEnumerable<string> Features => ByColumn
        .Where(p => p.Value is ColumnRole.Number or ColumnRole.Category or ColumnRole.Text or ColumnRole.Date).Select(p => p.Key);
}
