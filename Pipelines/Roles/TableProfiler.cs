namespace MLPipes.Pipelines;

/// <summary>Measures every column, proposes roles and collects warnings. Columns are measured in parallel, judged in order.</summary>
internal static class TableProfiler
{
    public static TableProfile Profile(Table table, RoleOptions options)
    {
        Dictionary<string, ColumnRole> set = options.Fixed(table);
        int count = table.Columns.Count;
        ColumnProfile[] measured = new ColumnProfile[count];
        ulong[][] hashes = new ulong[count][];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Threads };
        Parallel.For(0, count, parallel, c =>
        {
            measured[c] = ColumnProfiler.Measure(table.Columns[c]);
            hashes[c] = CellHash.OfRows(table.Columns[c]);
        });
        int[] same = RowDuplicates.Columns(table, hashes);
        int duplicateRows = RowDuplicates.Rows(hashes, table.RowCount, options.Threads);

        string? label = set.FirstOrDefault(s => s.Value == ColumnRole.Label).Key;
        for (int c = 0; c < count; c++)
        {
            Column column = table.Columns[c];
            (ColumnRole role, string reason) = set.TryGetValue(column.Name, out ColumnRole asked)
                ? (asked, "as asked")
                : same[c] >= 0 && table.Columns[same[c]].Name != label && (!set.TryGetValue(table.Columns[same[c]].Name, out ColumnRole first) || first != ColumnRole.Ignore) && measured[c].Distinct > 1
                    ? (ColumnRole.Ignore, $"same as '{table.Columns[same[c]].Name}'")
                    : RoleProposal.Of(column, measured[c]);
            measured[c] = measured[c] with { Role = role, Reason = reason };
        }
        List<ProfileWarning> warnings = [];
        MLTask? task = LabelWarnings.Add(table, measured, label, options.Task, warnings);
        if (label is not null && task is not null) LeakWarnings.Add(table, measured, table[label], task.Value, set, options.Threads, warnings);
        ColumnWarnings.Add(table, measured, set, warnings);
        if (duplicateRows > 0)
            warnings.Add(new ProfileWarning(ProfileWarningKind.DuplicateRows, [],
                FormattableString.Invariant($"{duplicateRows} of {table.RowCount} rows ({100.0 * duplicateRows / table.RowCount:0.#} %) equal an earlier row; they were kept, and scores may look better than they are where copies stand on both sides of a split.")));
        // The dictionary keeps the columns' order.
        Dictionary<string, ColumnRole> roles = new(StringComparer.Ordinal);
        foreach (ColumnProfile column in measured) roles[column.Name] = column.Role;
        return new TableProfile(table, measured, new Roles { ByColumn = roles }, task, options.Task, warnings, duplicateRows);
    }
}
