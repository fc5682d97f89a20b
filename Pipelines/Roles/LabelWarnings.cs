namespace MLPipes.Pipelines;

/// <summary>What the user should know about the label.</summary>
internal static class LabelWarnings
{
    /// <summary>Classes with fewer rows than this can hardly be learned, let alone judged.</summary>
    private const int RareRows = 10;

    /// <summary>Adds the warnings and returns the task; null without a label or where it can't be one.</summary>
    public static MLTask? Add(Table table, ColumnProfile[] profiles, string? label, MLTask? asked, List<ProfileWarning> warnings)
    {
        if (label is null) return null;
        ColumnProfile profile = profiles.Single(p => p.Name == label);
        (MLTask? inferred, string? doubt) = TaskInference.Of(profile);
        if (inferred is null)
        {
            string what = profile.Distinct == 0 ? "has no value" : profile.Distinct == 1 ? $"is '{profile.TopValues[0].Value}' in every row that has one" : $"holds {profile.Kind} values";
            warnings.Add(new ProfileWarning(ProfileWarningKind.Task, [label], $"The label '{label}' {what}; nothing can be trained on it."));
        }
        else if (asked is null && doubt is not null) warnings.Add(new ProfileWarning(ProfileWarningKind.Task, [label], doubt));
        if (profile.Missing > 0)
            warnings.Add(new ProfileWarning(ProfileWarningKind.MissingLabel, [label],
                FormattableString.Invariant($"{profile.Missing} of {profile.Rows} rows have no label '{label}'; they are not learned from.")));
        MLTask? task = inferred is null ? null : asked ?? inferred;
        if (task is MLTask.Binary or MLTask.Multiclass) AddRare(table[label], warnings);
        return task;
    }

    private static void AddRare(Column column, List<ProfileWarning> warnings)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        for (int row = 0; row < column.Count; row++)
            if (column.TextAt(row) is { } text) counts[text] = counts.GetValueOrDefault(text) + 1;
        KeyValuePair<string, int>[] rare = [.. counts.Where(c => c.Value < RareRows).OrderBy(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)];
        if (rare.Length == 0) return;
        string named = string.Join(", ", rare.Take(5).Select(c => $"'{c.Key}' ({c.Value})")) + (rare.Length > 5 ? ", …" : "");
        warnings.Add(new ProfileWarning(ProfileWarningKind.RareClass, [column.Name],
            $"{rare.Length} of {counts.Count} classes of '{column.Name}' {(rare.Length == 1 ? "has" : "have")} fewer than {RareRows} rows: {named}; they were kept, but can hardly be learned or judged."));
    }
}
