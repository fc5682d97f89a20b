using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>How much text a study's columns hold, by some of their rows.</summary>
internal static class TextSize
{
    private const int Sampled = 2_000;

    /// <summary>Mean words of a row in all text columns together; characters of scripts without spaces count as words. 0 without text columns.</summary>
    public static double WordsPerRow(Table table, Roles roles)
    {
        Column[] texts = [.. table.Columns.Where(c => roles.Of(c.Name) == ColumnRole.Text)];
        if (texts.Length == 0 || table.RowCount == 0) return 0;
        int rows = Math.Min(table.RowCount, Sampled);
        long words = 0;
        foreach (Column column in texts)
            for (int i = 0; i < rows; i++)
                words += Words(column.TextAt((int)((long)table.RowCount * i / rows)));
        return (double)words / rows;
    }

    private static int Words(string? text)
    {
        int words = 0;
        bool inWord = false;
        foreach (char c in text ?? "")
        {
            bool standsAlone = c is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF';
            bool isWord = !standsAlone && char.IsLetterOrDigit(c);
            if (standsAlone || (isWord && !inWord)) words++;
            inWord = isWord;
        }
        return words;
    }
}
