using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Turns the terms of one row into weights.</summary>
internal static class TermWeights
{
    /// <summary>Writes (1 + ln count) · idf of each distinct index in <paramref name="ascending"/>, scaled to length 1 where asked for.</summary>
    public static void Write(ReadOnlySpan<int> ascending, float[] idf, bool isUnitLength, FeatureBlock block, int row)
    {
        double squares = 0;
        for (int at = 0; isUnitLength && at < ascending.Length;)
        {
            int run = Run(ascending, at);
            double weight = Weight(run) * idf[ascending[at]];
            squares += weight * weight;
            at += run;
        }
        double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 1;
        for (int at = 0; at < ascending.Length;)
        {
            int run = Run(ascending, at);
            block.Set(row, ascending[at], (float)(Weight(run) * idf[ascending[at]] * scale));
            at += run;
        }
    }

    private static double Weight(int count) => count == 1 ? 1 : 1 + Math.Log(count);

    private static int Run(ReadOnlySpan<int> ascending, int start)
    {
        int end = start + 1;
        while (end < ascending.Length && ascending[end] == ascending[start]) end++;
        return end - start;
    }
}
