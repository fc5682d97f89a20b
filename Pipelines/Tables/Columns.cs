namespace MLPipes.Pipelines;

/// <summary>Arithmetic over column storage that more than one column kind needs.</summary>
internal static class Columns
{
    public static T[] Gather<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> rows)
    {
        T[] taken = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++) taken[i] = source[rows[i]];
        return taken;
    }
}
