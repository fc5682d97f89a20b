using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>The distinct values of a column as texts, the most frequent first (ties in ordinal order), and each row's index into them.</summary>
internal sealed class LevelCounts
{
    private LevelCounts(string[] levels, int[] counts, int[] codes)
    {
        Levels = levels;
        Counts = counts;
        Codes = codes;
        Seen = counts.Sum();
    }

    /// <summary>Distinct values that at least one row has.</summary>
    public string[] Levels { get; }

    /// <summary>Rows of each level, descending.</summary>
    public int[] Counts { get; }

    /// <summary>Level of each row; -1 where missing.</summary>
    public int[] Codes { get; }

    /// <summary>Rows that are not missing.</summary>
    public int Seen { get; }

    /// <summary>Rows that are missing.</summary>
    public int Missing => Codes.Length - Seen;

    /// <summary>Whether the column is nearly a name for each row, so that levels are too rare to learn from one by one.</summary>
    public bool IsNearUnique => Levels.Length > 50 && Levels.Length > Seen / 2;

    /// <summary>Levels that at least <paramref name="rows"/> rows have.</summary>
    public int WithAtLeast(int rows)
    {
        int kept = 0;
        while (kept < Counts.Length && Counts[kept] >= rows) kept++;
        return kept;
    }

    public static LevelCounts Of(Column column)
    {
        int[] codes = new int[column.Count];
        List<string> texts = [];
        switch (column)
        {
            case CategoryColumn category:
                category.Codes.CopyTo(codes);
                texts.AddRange(category.Categories);
                break;
            case NumberColumn number:
                Dictionary<float, int> numbers = [];
                for (int row = 0; row < codes.Length; row++)
                {
                    float value = number.Values[row];
                    if (float.IsNaN(value)) codes[row] = -1;
                    else if (!numbers.TryGetValue(value, out codes[row]))
                    {
                        numbers.Add(value, codes[row] = texts.Count);
                        texts.Add((value + 0f).ToString(CultureInfo.InvariantCulture));
                    }
                }
                break;
            case VectorColumn:
                codes.AsSpan().Fill(-1);
                break;
            default:
                Dictionary<string, int> known = new(StringComparer.Ordinal);
                for (int row = 0; row < codes.Length; row++)
                    codes[row] = CellText.WithText(column, row, (Known: known, Texts: texts), static (s, text) => Code(s.Known, s.Texts, text));
                break;
        }
        return Ranked(texts, codes);
    }

    private static int Code(Dictionary<string, int> known, List<string> texts, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return -1;
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out int code)) return code;
        known.Add(text.ToString(), texts.Count);
        texts.Add(text.ToString());
        return texts.Count - 1;
    }

    private static LevelCounts Ranked(List<string> texts, int[] codes)
    {
        int[] counts = new int[texts.Count];
        foreach (int code in codes) if (code >= 0) counts[code]++;
        int[] order = [.. Enumerable.Range(0, counts.Length).Where(i => counts[i] > 0)];
        Array.Sort(order, (a, b) => counts[a] != counts[b] ? counts[b].CompareTo(counts[a]) : string.CompareOrdinal(texts[a], texts[b]));
        int[] rank = new int[counts.Length];
        for (int i = 0; i < order.Length; i++) rank[order[i]] = i;
        for (int row = 0; row < codes.Length; row++) codes[row] = codes[row] < 0 ? -1 : rank[codes[row]];
        return new LevelCounts([.. order.Select(i => texts[i])], [.. order.Select(i => counts[i])], codes);
    }
}
