namespace MLPipes.Pipelines;

/// <summary>Finds columns from which the label is computed: the label itself, or two columns whose sum or difference it is.</summary>
internal static class IdentityFinder
{
    private const int FewestRows = 50, MostColumns = 1000, Probes = 64;
    private const double Tolerance = 1e-5;

    /// <summary>Each identity found: its columns, and how it reads.</summary>
    /// <param name="features">Names and cells of numeric features.</param>
    /// <param name="labelName">The label's column name.</param>
    /// <param name="label">[rows]; NaN where missing.</param>
    public static List<(string[] Columns, string Formula)> Find(IReadOnlyList<(string Name, double[] Values)> features, string labelName, double[] label)
    {
        List<(string[], string)> found = [];
        int[] rows = [.. Enumerable.Range(0, label.Length).Where(r => !double.IsNaN(label[r]))];
        if (rows.Length < FewestRows || features.Count > MostColumns) return found;
        // A few rows spread over the table rule out nearly every pair before all rows are looked at.
        int[] probes = [.. Enumerable.Range(0, Math.Min(Probes, rows.Length)).Select(i => rows[(int)((long)i * rows.Length / Math.Min(Probes, rows.Length))])];
        bool[] isCopy = new bool[features.Count];
        for (int a = 0; a < features.Count; a++)
        {
            isCopy[a] = Holds(features[a].Values, null, 0);
            if (isCopy[a]) found.Add(([features[a].Name], $"'{features[a].Name}' = '{labelName}'"));
        }
        for (int a = 0; a < features.Count; a++)
        {
            for (int b = 0; b < features.Count && !isCopy[a]; b++)
            {
                if (a == b || isCopy[b]) continue;
                if (a < b && Holds(features[a].Values, features[b].Values, 1)) found.Add(([features[a].Name, features[b].Name], $"'{features[a].Name}' + '{features[b].Name}' = '{labelName}'"));
                else if (Holds(features[a].Values, features[b].Values, -1)) found.Add(([features[a].Name, features[b].Name], $"'{features[a].Name}' − '{features[b].Name}' = '{labelName}'"));
            }
        }
        return found;

        bool Holds(double[] a, double[]? b, int sign)
        {
            foreach (int row in probes) if (!Is(a, b, sign, row)) return false;
            foreach (int row in rows) if (!Is(a, b, sign, row)) return false;
            return true;
        }

        bool Is(double[] a, double[]? b, int sign, int row)
        {
            double second = b is null ? 0 : sign * b[row], scale = Math.Abs(a[row]) + Math.Abs(second) + Math.Abs(label[row]);
            return Math.Abs(a[row] + second - label[row]) <= Tolerance * scale;
        }
    }
}
