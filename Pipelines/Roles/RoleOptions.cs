namespace MLPipes;

/// <summary>What a user says about the columns of a table; everything else is found out from the cells.</summary>
public sealed record RoleOptions
{
    /// <summary>Column to predict; null to profile a table without one.</summary>
    public string? Label { get; init; }

    /// <summary>What is predicted; null (default): inferred from the label.</summary>
    public MLTask? Task { get; init; }

    /// <summary>Columns not to learn from.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Column that says how much a row counts; null for equal weights.</summary>
    public string? Weight { get; init; }

    /// <summary>Column whose equal values stay on one side of every split; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Column that says which part of a split a row belongs to; null for none.</summary>
    public string? Fold { get; init; }

    /// <summary>Roles by column name, over what the cells look like; they win over warnings too.</summary>
    public IReadOnlyDictionary<string, ColumnRole> Roles { get; init; } = new Dictionary<string, ColumnRole>();

    /// <summary>Threads that profile, at least 1; default: all cores. The profile does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The roles these options set, by column.</summary>
    /// <exception cref="TableException">A column is not in the table; the message names the nearest.</exception>
    /// <exception cref="OptionsException">A column is given two roles, or a role that only one column can have is given twice.</exception>
    internal Dictionary<string, ColumnRole> Fixed(Table table)
    {
        Dictionary<string, ColumnRole> roles = new(StringComparer.Ordinal);
        List<string> problems = [];
        foreach ((string name, ColumnRole role) in Roles) Add(name, role);
        foreach (string name in Ignore) Add(name, ColumnRole.Ignore);
        if (Weight is not null) Add(Weight, ColumnRole.Weight);
        if (Group is not null) Add(Group, ColumnRole.Group);
        if (Fold is not null) Add(Fold, ColumnRole.Fold);
        if (Label is not null) Add(Label, ColumnRole.Label);
        foreach (IGrouping<ColumnRole, string> twice in roles.GroupBy(r => r.Value, r => r.Key)
            .Where(g => g.Key is ColumnRole.Label or ColumnRole.Weight or ColumnRole.Group or ColumnRole.Fold && g.Count() > 1))
            problems.Add($"Columns {string.Join(", ", twice.Select(n => $"'{n}'"))} can't all be the {twice.Key.ToString().ToLowerInvariant()}.");
        if (Threads < 1) problems.Add($"Threads = {Threads} is below 1.");
        return problems.Count == 0 ? roles : throw new OptionsException("roles", problems);

        void Add(string name, ColumnRole role)
        {
            if (table.Find(name) is null) throw Unknown(table, name, role);
            if (!roles.TryAdd(name, role) && roles[name] != role)
                problems.Add($"Column '{name}' can't be both {roles[name].ToString().ToLowerInvariant()} and {role.ToString().ToLowerInvariant()}.");
        }
    }

    private static TableException Unknown(Table table, string name, ColumnRole role)
    {
        string? nearest = Pipelines.NearestName.Of(name, table.Columns.Select(c => c.Name));
        string all = string.Join(", ", table.Columns.Take(12).Select(c => c.Name)) + (table.Columns.Count > 12 ? ", …" : "");
        return new TableException(name, found: $"no such column for the {role.ToString().ToLowerInvariant()} role", expected: $"one of {all}",
            hint: nearest is null ? null : $"Did you mean '{nearest}'?", source: table.Source);
    }
}
