using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>What a table holds, what each column is proposed for, what is predicted, and what the user should know.</summary>
public sealed class TableProfile
{
    private readonly Dictionary<string, ColumnProfile> byName;
    private readonly MLTask? asked;
    private readonly string? source;

    internal TableProfile(Table table, IReadOnlyList<ColumnProfile> columns, Roles roles, MLTask? task, MLTask? asked, IReadOnlyList<ProfileWarning> warnings, int duplicateRows)
    {
        Columns = columns;
        byName = columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        Rows = table.RowCount;
        Roles = roles;
        Task = task;
        Warnings = warnings;
        DuplicateRows = duplicateRows;
        this.asked = asked;
        source = table.Source;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>The columns in their order.</summary>
    public IReadOnlyList<ColumnProfile> Columns { get; }

    /// <summary>The proposed role of each column.</summary>
    public Roles Roles { get; }

    /// <summary>What is predicted, as asked or as the label suggests; null without a label or where it can't be one.</summary>
    public MLTask? Task { get; }

    /// <summary>What the user should know, in order of weight; reading's own warnings are in <see cref="Table.Warnings"/>.</summary>
    public IReadOnlyList<ProfileWarning> Warnings { get; }

    /// <summary>Number of rows that equal an earlier row in every column.</summary>
    public int DuplicateRows { get; }

    /// <summary>The profile of the column named <paramref name="name"/>.</summary>
    public ColumnProfile this[string name] => byName.TryGetValue(name, out ColumnProfile? column)
        ? column
        : throw new TableException(name, found: "no such column", expected: $"one of {string.Join(", ", byName.Keys.Take(12))}", source: source);

    /// <summary>Profiles <paramref name="table"/> for predicting <paramref name="label"/>; null for no label.</summary>
    /// <exception cref="TableException">There is no such column; the message names the nearest.</exception>
    public static TableProfile Of(Table table, string? label = null) => Of(table, new RoleOptions { Label = label });

    /// <summary>Profiles <paramref name="table"/> under what the user says about its columns.</summary>
    /// <exception cref="TableException">A column is not in the table; the message names the nearest.</exception>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    public static TableProfile Of(Table table, RoleOptions options) => TableProfiler.Profile(table, options);

    /// <summary>The task to train for.</summary>
    /// <exception cref="TableException">There is no label, it has one value or none, it does not fit the task asked for, or no column is left to learn from.</exception>
    public MLTask TrainingTask()
    {
        if (Roles.Label is not { } label) throw new TableException("There is no label: name the column to predict.", null);
        MLTask task = TaskInference.Checked(byName[label], asked, source);
        if (!Roles.Features.Any())
            throw new TableException($"{(source is null ? "" : source + ": ")}no column is left to learn '{label}' from. {string.Join(" ", Warnings.Select(w => w.Message))}".TrimEnd(), null);
        return task;
    }
}
