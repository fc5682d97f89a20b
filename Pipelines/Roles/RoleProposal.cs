using System.Text.RegularExpressions;

namespace MLPipes.Pipelines;

/// <summary>The rules by which a column's cells, and where they leave doubt its name, decide its role.</summary>
internal static partial class RoleProposal
{
    /// <summary>Below this many values nothing is said to be unique: few rows differ by chance.</summary>
    private const int FewRows = 20;

    /// <summary>Strings are near-unique from this share of different values on.</summary>
    private const double NearUnique = 0.95;

    public static (ColumnRole Role, string Reason) Of(Column column, ColumnProfile profile)
    {
        if (profile.Missing == profile.Rows) return (ColumnRole.Ignore, "no values");
        if (profile.Distinct == 1 && profile.Missing == 0 && profile.Kind != ColumnKind.Vector) return (ColumnRole.Ignore, "one value in every row");
        return column.Kind switch
        {
            ColumnKind.Date => (ColumnRole.Date, "dates"),
            ColumnKind.Boolean => (ColumnRole.Number, "true or false"),
            ColumnKind.Vector => (ColumnRole.Number, "vectors"),
            ColumnKind.Number or ColumnKind.Integer => OfNumbers(column, profile),
            _ => OfStrings(column, profile),
        };
    }

    /// <summary>Whether a sample of the strings are dates.</summary>
    public static bool LooksLikeDates(Column column, ColumnProfile profile)
    {
        if (column.Kind is not (ColumnKind.Category or ColumnKind.Text) || profile.MeanLength is not (>= 6 and <= 40)) return false;
        int seen = 0;
        for (int row = 0; row < column.Count && seen < 50; row++)
        {
            if (column.TextAt(row) is not { } text) continue;
            if (!DateText().IsMatch(text)) return false;
            seen++;
        }
        return seen >= 5;
    }

    private static (ColumnRole, string) OfNumbers(Column column, ColumnProfile profile)
    {
        if (!profile.IsWhole) return (ColumnRole.Number, "decimal numbers");
        int known = profile.Rows - profile.Missing;
        bool unique = profile.Missing == 0 && profile.Distinct == known && known >= FewRows;
        if (unique)
        {
            double range = profile.Max!.Value - profile.Min!.Value + 1;
            // Row numbers of which a split took a part still fill most of their range.
            bool dense = known >= 0.3 * range && (profile.Min is 0 or 1 || known >= 100 || IdName().IsMatch(column.Name));
            if (dense) return (ColumnRole.Id, $"{known} different whole numbers out of {range:0}: row numbers");
            if (IdName().IsMatch(column.Name)) return (ColumnRole.Id, "whole numbers, all different, named like an id");
        }
        if (PostcodeName().IsMatch(column.Name) && profile.Distinct > 2) return (ColumnRole.Category, "numbers named like postcodes");
        return (ColumnRole.Number, "whole numbers");
    }

    private static (ColumnRole, string) OfStrings(Column column, ColumnProfile profile)
    {
        int known = profile.Rows - profile.Missing;
        double words = profile.MeanWords ?? 0, share = profile.DistinctShare;
        if (known >= FewRows && share >= 0.5 && AreGuids(column)) return (ColumnRole.Id, "GUIDs");
        if (known >= FewRows && share >= NearUnique && words < 1.5 && profile.MeanLength is not null)
            return profile.MeanLength < 60 && !LooksLikeDates(column, profile)
                ? (ColumnRole.Id, $"{profile.Distinct} different codes in {known} rows")
                : (ColumnRole.Text, "long strings");
        if (column.Kind == ColumnKind.Text && (words >= 1.5 || profile.MeanLength >= 40)) return (ColumnRole.Text, "free text");
        if (words >= 2 && share >= 0.5 && profile.MeanLength >= 12 && known >= FewRows) return (ColumnRole.Text, $"{words:0.#} words a cell, {profile.Distinct} different in {known} rows");
        // Short texts, and texts of scripts whose characters are words: too many words for a name, and hardly two alike.
        if (words >= 2.5 && share >= NearUnique && known >= FewRows) return (ColumnRole.Text, $"{words:0.#} words a cell, hardly two alike");
        if (words >= 5 && share >= 0.1 && profile.Distinct >= 50) return (ColumnRole.Text, $"{words:0.#} words a cell");
        return (ColumnRole.Category, $"{profile.Distinct} different value{(profile.Distinct == 1 ? "" : "s")}");
    }

    private static bool AreGuids(Column column)
    {
        int seen = 0;
        for (int row = 0; row < column.Count && seen < 50; row++)
        {
            if (column.TextAt(row) is not { } text) continue;
            if (!Guid.TryParse(text, out _)) return false;
            seen++;
        }
        return seen > 0;
    }

    [GeneratedRegex(@"(^|[_\s.\-])([Ii][Dd]s?|[Kk]ey|KEY|[Uu][Uu][Ii][Dd]|[Gg][Uu][Ii][Dd]|[Ii]ndex|idx|row|rownum|rowid|[Nn]r|[Nn]o|[Nn]umber|num|instant)$|[a-z](Id|ID|Key|Nr|No)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IdName();

    [GeneratedRegex(@"(^|[_\s.\-])(zip|zips|zip_?code|post_?code|postal|postal_?code|plz)$|[a-z](Zip|ZipCode|PostCode|Postcode|PostalCode)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PostcodeName();

    [GeneratedRegex(@"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?$|^\d{1,2}[ -]?[A-Za-z]{3,9}[ -,]*\d{2,4}|^[A-Za-z]{3,9} \d{1,2},? \d{4}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DateText();
}
