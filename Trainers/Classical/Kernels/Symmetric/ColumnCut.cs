namespace MLPipes.Trainers;

/// <summary>Places the borders between the bins of a quantity.</summary>
internal static class ColumnCut
{
    private const int SampleRows = 200_000;

    /// <summary>Largest value of each bin but the last: between neighbouring distinct values, at quantiles of the rows left where those are more.</summary>
    /// <remarks>A value that fills more than a bin takes one and leaves its share of the others to the rest.</remarks>
    public static float[] Bounds(ReadOnlySpan<float> values, int maxBins)
    {
        // Every n-th row is enough to place the cuts.
        int stride = Math.Max(1, values.Length / SampleRows), known = 0;
        float[] sorted = new float[(values.Length / stride) + 1];
        for (int i = 0; i < values.Length; i += stride)
            if (!float.IsNaN(values[i])) sorted[known++] = values[i];
        Array.Sort(sorted, 0, known);
        int distinct = known == 0 ? 0 : 1;
        for (int i = 1; i < known; i++) if (sorted[i] != sorted[i - 1]) distinct++;
        List<float> bounds = [];
        int taken = 0;
        for (int i = 1; i < known && bounds.Count < maxBins - 1; i++)
        {
            if (sorted[i] == sorted[i - 1]) continue;
            bool isFull = distinct <= maxBins || (i - taken) * (long)(maxBins - bounds.Count) >= known - taken;
            if (!isFull) continue;
            bounds.Add(Between(sorted[i - 1], sorted[i]));
            taken = i;
        }
        return [.. bounds];
    }

    /// <summary>The bin of <paramref name="value"/>: the first whose bound is not below it; NaN behind the last.</summary>
    public static byte BinOf(float value, float[] bounds)
    {
        if (float.IsNaN(value)) return (byte)(bounds.Length + 1);
        int first = 0, length = bounds.Length;
        while (length > 0)
        {
            int half = length >> 1;
            bool above = bounds[first + half] < value;
            first = above ? first + half + 1 : first;
            length = above ? length - half - 1 : half;
        }
        return (byte)first;
    }

    // A finite value from low up to below high, half way where float32 has one.
    private static float Between(float low, float high)
    {
        float middle = (float)Math.Clamp(((double)low + high) / 2, float.MinValue, MathF.BitDecrement(float.MaxValue));
        return middle < high ? middle : low;
    }
}
