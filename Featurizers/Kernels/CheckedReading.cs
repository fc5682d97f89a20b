using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Reading of arrays whose lengths and values must hold before a transform may use them.</summary>
internal static class CheckedReading
{
    /// <summary>Numbers per input column, each at least 1, that add up to <paramref name="features"/>.</summary>
    public static int[] Widths(this PlainReader reader, int features)
    {
        int[] widths = reader.Ints();
        long total = 0;
        foreach (int width in widths)
        {
            if (width < 1) throw reader.Damaged($"a column of {width} numbers");
            total += width;
        }
        return total == features ? widths : throw reader.Damaged($"{features} features for {total} numbers");
    }

    /// <summary>Exactly <paramref name="count"/> finite float64 values.</summary>
    public static double[] Finite(this PlainReader reader, int count)
    {
        double[] values = reader.Doubles();
        if (values.Length != count) throw reader.Damaged($"{values.Length} values where {count} are expected");
        foreach (double value in values) if (!double.IsFinite(value)) throw reader.Damaged($"{value} where a finite number is expected");
        return values;
    }

    /// <summary>Exactly <paramref name="count"/> finite float32 values.</summary>
    public static float[] FiniteFloats(this PlainReader reader, int count)
    {
        float[] values = reader.Floats(count);
        foreach (float value in values) if (!float.IsFinite(value)) throw reader.Damaged($"{value} where a finite number is expected");
        return values;
    }
}
