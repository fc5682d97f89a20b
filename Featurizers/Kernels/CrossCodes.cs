namespace MLPipes.Featurizers;

/// <summary>Pairs of levels of two columns as codes: only those that occur, in order of their keys.</summary>
internal sealed class CrossCodes
{
    private CrossCodes(int[] keys, int[] codes)
    {
        Keys = keys;
        Codes = codes;
    }

    /// <summary>The key of each code, ascending; see <see cref="KeyOf"/>.</summary>
    public int[] Keys { get; }

    /// <summary>The code of each row, from 0; a missing cell is a level like others.</summary>
    public int[] Codes { get; }

    /// <summary>The pairs of two columns; null where there could be more than fit a number.</summary>
    public static CrossCodes? Of(LevelCounts first, LevelCounts second)
    {
        int width = second.Levels.Length + 1;
        if ((first.Levels.Length + 1L) * width > int.MaxValue) return null;
        int[] keys = new int[first.Codes.Length];
        for (int row = 0; row < keys.Length; row++) keys[row] = KeyOf(first.Codes[row], second.Codes[row], second.Levels.Length);
        int[] distinct = [.. new SortedSet<int>(keys)];
        int[] codes = new int[keys.Length];
        for (int row = 0; row < keys.Length; row++) codes[row] = Array.BinarySearch(distinct, keys[row]);
        return new CrossCodes(distinct, codes);
    }

    /// <summary>The key of a pair of levels, −1 for missing.</summary>
    public static int KeyOf(int first, int second, int secondCount) => ((first + 1) * (secondCount + 1)) + second + 1;
}
