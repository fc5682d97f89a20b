namespace MLPipes.Pipelines;

/// <summary>Splits that a column of the table names.</summary>
internal static class ColumnSplits
{
    private const int MaxFolds = 100;
    private static readonly HashSet<string> testWords = new(StringComparer.OrdinalIgnoreCase) { "test", "testing", "holdout", "valid", "validation", "val", "dev", "eval", "true" };
    private static readonly HashSet<string> trainWords = new(StringComparer.OrdinalIgnoreCase) { "train", "training", "fit", "false" };

    public static IReadOnlyList<Split> ByColumn(Column fold)
    {
        Dictionary<string, int> values = new(StringComparer.Ordinal);
        int[] valueOf = new int[fold.Count];
        for (int row = 0; row < valueOf.Length; row++)
        {
            valueOf[row] = -1;
            if (fold.TextAt(row) is not { } text) continue;
            if (!values.TryGetValue(text, out int value)) values[text] = value = values.Count;
            valueOf[row] = value;
            if (values.Count > MaxFolds) throw new TableException(fold.Name, row + 1, $"more than {MaxFolds} values", "few values that name the parts of a split");
        }
        bool isNamed = values.Count > 0 && values.Keys.All(v => testWords.Contains(v) || trainWords.Contains(v));
        if (isNamed && values.Keys.Any(testWords.Contains))
        {
            HashSet<int> tests = [.. values.Where(v => testWords.Contains(v.Key)).Select(v => v.Value)];
            Split split = Split.Of(valueOf.Length, row => tests.Contains(valueOf[row]));
            if (split.Train.Length > 0) return [split];
        }
        if (values.Count < 2) throw new TableException(fold.Name, found: $"{values.Count} value{(values.Count == 1 ? "" : "s")}", expected: "at least 2 values that name the parts of a split");
        string[] ordered = [.. values.Keys.Order(StringComparer.Ordinal)];
        return [.. ordered.Select(v => Split.Of(valueOf.Length, row => valueOf[row] == values[v]))];
    }
}
