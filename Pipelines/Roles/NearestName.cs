namespace MLPipes.Pipelines;

/// <summary>Guesses the name that was meant by a misspelt one.</summary>
public static class NearestName
{
    /// <summary>The name with the fewest edits from <paramref name="wanted"/>, case ignored; null where none is within a third of its length.</summary>
    public static string? Of(string wanted, IEnumerable<string> names)
    {
        string? nearest = null;
        int fewest = (Math.Max(wanted.Length, 3) / 3) + 1;
        foreach (string name in names)
        {
            int edits = Edits(wanted.Trim().ToLowerInvariant(), name.Trim().ToLowerInvariant());
            if (edits >= fewest) continue;
            fewest = edits;
            nearest = name;
        }
        return nearest;
    }

    /// <summary>Levenshtein distance. O(|a|·|b|).</summary>
    private static int Edits(string a, string b)
    {
        int[] last = new int[b.Length + 1], row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (last, row) = (row, last);
        }
        return last[b.Length];
    }
}
