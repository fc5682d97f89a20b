namespace MLPipes.Pipelines;

/// <summary>Warns of columns that tell the label: those it is computed from are set aside, those that predict it almost perfectly are left in.</summary>
internal static class LeakWarnings
{
    public static void Add(Table table, ColumnProfile[] profiles, Column label, MLTask task, Dictionary<string, ColumnRole> set, int threads, List<ProfileWarning> warnings)
    {
        int classes = 0;
        double[] truth;
        if (task == MLTask.Regression)
        {
            if (!label.IsNumeric()) return;
            truth = label.Sampled(1);
        }
        else
        {
            IReadOnlyList<string> names = Target.ClassesOf(label);
            classes = names.Count;
            if (classes is < 2 or > 1000) return;
            Dictionary<string, int> index = new(StringComparer.Ordinal);
            for (int c = 0; c < classes; c++) index[names[c]] = c;
            truth = new double[label.Count];
            for (int row = 0; row < truth.Length; row++) truth[row] = label.TextAt(row) is { } text ? index[text] : double.NaN;
        }
        if (task == MLTask.Regression) AddIdentities(table, profiles, label, truth, set, warnings);
        string?[] found = new string?[profiles.Length];
        Parallel.For(0, profiles.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, c =>
        {
            if (profiles[c].Role is ColumnRole.Number or ColumnRole.Category or ColumnRole.Date) found[c] = LeakFinder.Find(table.Columns[c], truth, classes);
        });
        for (int c = 0; c < found.Length; c++)
        {
            if (found[c] is { } figure)
                warnings.Add(new ProfileWarning(ProfileWarningKind.Leak, [profiles[c].Name],
                    $"'{profiles[c].Name}' alone {figure}; it was left in: ignore it if its value is not known when a prediction is made."));
        }
    }

    private static void AddIdentities(Table table, ColumnProfile[] profiles, Column label, double[] truth, Dictionary<string, ColumnRole> set, List<ProfileWarning> warnings)
    {
        List<(string Name, double[] Values)> numbers = [];
        for (int c = 0; c < profiles.Length; c++)
        {
            if (profiles[c].Role == ColumnRole.Number && table.Columns[c].Kind is ColumnKind.Number or ColumnKind.Integer && profiles[c].Name != label.Name)
                numbers.Add((profiles[c].Name, table.Columns[c].Sampled(1)));
        }
        int features = profiles.Count(p => p.Role is ColumnRole.Number or ColumnRole.Category or ColumnRole.Text or ColumnRole.Date);
        foreach ((string[] columns, string formula) in IdentityFinder.Find(numbers, label.Name, truth))
        {
            // What the user set stays, and something must be left to learn from.
            bool aside = !columns.Any(set.ContainsKey) && features > columns.Length;
            foreach (string name in columns)
            {
                int at = Array.FindIndex(profiles, p => p.Name == name);
                if (!aside || profiles[at].Role == ColumnRole.Ignore) continue;
                profiles[at] = profiles[at] with { Role = ColumnRole.Ignore, Reason = $"{formula} in every row" };
                features--;
            }
            warnings.Add(new ProfileWarning(ProfileWarningKind.Leak, columns,
                $"{formula} in every row, so the label is computed from {(columns.Length == 1 ? "this column" : "these columns")}; {(columns.Length == 1 ? "it was" : "they were")} {(aside ? "set aside and not learned from" : "left in as asked")}."));
        }
    }
}
