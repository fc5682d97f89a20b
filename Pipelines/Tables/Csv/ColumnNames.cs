namespace MLPipes.Pipelines;

/// <summary>Gives every column a name of its own.</summary>
internal static class ColumnNames
{
    /// <summary>Empty names become column3, names seen before size.2; each change is a warning.</summary>
    public static void MakeUnique(string[] names, List<string> warnings)
    {
        HashSet<string> taken = new(names.Where(n => n.Length > 0), StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        Dictionary<string, int> copies = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            string original = names[i];
            if (original.Length > 0 && seen.Add(original)) continue;
            string stem = original.Length == 0 ? $"column{i + 1}" : original;
            string name = stem;
            int copy = original.Length == 0 ? 1 : copies.GetValueOrDefault(stem, 1) + 1;
            if (original.Length > 0) name = $"{stem}.{copy}";
            while (!taken.Add(name)) name = $"{stem}.{++copy}";
            if (original.Length > 0) copies[stem] = copy;
            warnings.Add(original.Length == 0
                ? $"Column {i + 1} has no name; it is called '{name}'."
                : $"Column {i + 1} has the name '{original}' of a column before it; it is called '{name}'.");
            names[i] = name;
            seen.Add(name);
        }
    }
}
