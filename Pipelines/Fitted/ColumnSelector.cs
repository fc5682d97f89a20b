using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>Says which columns of a table something is for: by name, by role or by storage.</summary>
public sealed record ColumnSelector
{
    private ColumnSelector(IReadOnlyList<string>? names, ColumnRole? role, ColumnKind? kind)
    {
        Names = names;
        Role = role;
        Kind = kind;
    }

    /// <summary>The columns' names; null where not by name.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>The columns' role; null where not by role.</summary>
    public ColumnRole? Role { get; }

    /// <summary>The columns' storage; null where not by storage.</summary>
    public ColumnKind? Kind { get; }

    /// <summary>The columns named.</summary>
    public static ColumnSelector Named(params string[] names) => new(names, null, null);

    /// <summary>The columns in a role.</summary>
    public static ColumnSelector InRole(ColumnRole role) => new(null, role, null);

    /// <summary>The columns stored in one way.</summary>
    public static ColumnSelector OfKind(ColumnKind kind) => new(null, null, kind);

    /// <summary>The names of the columns it selects, in table order; names that are not there are an error.</summary>
    /// <exception cref="TableException">A column that is named is not there.</exception>
    public IReadOnlyList<string> Select(Table table, Roles roles)
    {
        foreach (string name in Names ?? []) _ = table[name];
        return [.. table.Columns.Where(c => Names?.Contains(c.Name) ?? (Role is { } role ? roles.Of(c.Name) == role : c.Kind == Kind)).Select(c => c.Name)];
    }
}
