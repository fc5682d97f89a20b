namespace MLPipes.Pipelines;

/// <summary>What the user should know about single columns.</summary>
internal static class ColumnWarnings
{
    /// <summary>From this share of missing cells on, a column is nearly empty.</summary>
    private const double NearlyEmpty = 0.98;

    public static void Add(Table table, ColumnProfile[] profiles, Dictionary<string, ColumnRole> set, List<ProfileWarning> warnings)
    {
        for (int c = 0; c < profiles.Length; c++)
        {
            ColumnProfile p = profiles[c];
            if (set.ContainsKey(p.Name)) continue;
            string left = p.Role == ColumnRole.Ignore ? "it is not learned from" : "it was kept";
            if (p.Rows > 0 && p.Missing == p.Rows)
                Warn(ProfileWarningKind.Empty, $"'{p.Name}' has no value in any of {p.Rows} rows; {left}.");
            else if (p.MissingShare >= NearlyEmpty)
                Warn(ProfileWarningKind.Empty, FormattableString.Invariant($"'{p.Name}' is empty in {100 * p.MissingShare:0.##} % of the rows ({p.Rows - p.Missing} have a value); {left}."));
            else if (p.Distinct == 1 && p.Missing == 0 && p.Kind != ColumnKind.Vector)
                Warn(ProfileWarningKind.Constant, $"'{p.Name}' is '{Short(p.TopValues[0].Value)}' in every row; {left}.");
            else if (p.Role == ColumnRole.Ignore && p.Reason.StartsWith("same as", StringComparison.Ordinal))
                Warn(ProfileWarningKind.Duplicate, $"'{p.Name}' is the {p.Reason} in every row; it is not learned from.");
            else if (p.Role == ColumnRole.Id)
                Warn(ProfileWarningKind.Id, $"'{p.Name}' only names rows ({p.Reason}); it is not learned from.");
            else if (RoleProposal.LooksLikeDates(table.Columns[c], p))
                Warn(ProfileWarningKind.DateInText, $"'{p.Name}' holds what look like dates, such as '{Short(p.TopValues[0].Value)}', but was read as {p.Kind.ToString().ToLowerInvariant()}; name its kind or its day-month order to read it as dates.");

            void Warn(ProfileWarningKind kind, string message) => warnings.Add(new ProfileWarning(kind, [p.Name], message));
        }
    }

    private static string Short(string value) => value.Length <= 40 ? value : string.Concat(value.AsSpan(0, 39), "…");
}
