using MLPipes.Pipelines;

namespace MLPipes.Featurizers;

/// <summary>Moments and order statistics of the numbers in a column that are not missing.</summary>
internal sealed class NumberSummary
{
    private NumberSummary(float[] sorted, int missing)
    {
        Sorted = sorted;
        Missing = missing;
        double sum = 0, squares = 0, cubes = 0;
        foreach (float value in sorted) sum += value;
        Mean = sorted.Length == 0 ? 0 : sum / sorted.Length;
        foreach (float value in sorted)
        {
            double d = value - Mean;
            squares += d * d;
            cubes += d * d * d;
        }
        double variance = sorted.Length == 0 ? 0 : squares / sorted.Length;
        Deviation = Math.Sqrt(variance);
        Skew = variance > 0 ? cubes / sorted.Length / (variance * Deviation) : 0;
    }

    /// <summary>The numbers, ascending.</summary>
    public float[] Sorted { get; }

    /// <summary>Rows without a number.</summary>
    public int Missing { get; }

    /// <summary>Arithmetic mean; 0 without numbers.</summary>
    public double Mean { get; }

    /// <summary>Population standard deviation (divided by n).</summary>
    public double Deviation { get; }

    /// <summary>Third standardised moment (divided by n); 0 for a constant.</summary>
    public double Skew { get; }

    /// <summary>Whether there are no two different numbers.</summary>
    public bool IsConstant => Sorted.Length == 0 || Sorted[0].Equals(Sorted[^1]);

    /// <summary>Why a column with these slots cannot be scaled; null where it can.</summary>
    public static string? Problem(NumberSummary[] slots) =>
        Array.TrueForAll(slots, s => s.Sorted.Length == 0) ? "it holds no number" : Array.TrueForAll(slots, s => s.IsConstant) ? "all its numbers are equal" : null;

    /// <summary>The <paramref name="share"/> quantile, interpolated linearly between order statistics (numpy's default, type 7 of Hyndman and Fan, 1996).</summary>
    public double Quantile(double share)
    {
        if (Sorted.Length == 0) return 0;
        double at = share * (Sorted.Length - 1);
        int low = (int)at;
        return low + 1 >= Sorted.Length ? Sorted[^1] : Sorted[low] + ((at - low) * ((double)Sorted[low + 1] - Sorted[low]));
    }

    /// <summary>One summary for each slot of <paramref name="column"/>.</summary>
    public static NumberSummary[] Of(Column column)
    {
        NumberSummary[] slots = new NumberSummary[NumberCells.WidthOf(column)];
        float[] values = new float[column.Count];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            NumberCells.Read(column, 0, values, slot);
            int kept = 0;
            foreach (float value in values) if (!float.IsNaN(value)) values[kept++] = value;
            float[] sorted = values[..kept];
            Array.Sort(sorted);
            slots[slot] = new NumberSummary(sorted, values.Length - kept);
        }
        return slots;
    }
}
