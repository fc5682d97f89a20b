using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>One feature cut into at most 255 bins, with the bin of each training row.</summary>
/// <remarks>Quantities are cut between their distinct values, or into bins of about equal counts where those are more; category codes get a bin each where they fit.</remarks>
internal sealed class BinnedFeature
{
    /// <summary>Most bins without the one for missing values, so that an index fits a byte.</summary>
    public const int MaxBins = 255;

    private const int CutRows = 50_000;

    private BinnedFeature(float[] upperBounds, bool isNominal, byte[] rows, int[] counts)
    {
        UpperBounds = upperBounds;
        IsNominal = isNominal;
        Rows = rows;
        Counts = counts;
    }

    /// <summary>The largest value of each bin but the last, [bins − 1].</summary>
    public float[] UpperBounds { get; }

    /// <summary>Whether the order of bins has no meaning.</summary>
    public bool IsNominal { get; }

    /// <summary>[rows]; missing values are in bin <see cref="Missing"/>.</summary>
    public byte[] Rows { get; }

    /// <summary>Rows per bin, [bins + 1], the missing last.</summary>
    public int[] Counts { get; }

    /// <summary>Bins without the one for missing values.</summary>
    public int Bins => UpperBounds.Length + 1;

    /// <summary>The bin of missing values.</summary>
    public int Missing => Bins;

    /// <summary>Whether all rows are in one bin.</summary>
    public bool IsConstant => Counts.Count(c => c > 0) < 2;

    public static BinnedFeature From(ReadOnlySpan<float> values, FeatureInfo info, int maxBins)
    {
        bool nominal = info.Categories > 0 && info.Categories <= maxBins;
        float[] bounds = nominal ? [.. Enumerable.Range(0, info.Categories - 1).Select(code => (float)code)] : Cut(values, maxBins);
        byte[] rows = Assign(values, bounds);
        int[] counts = new int[bounds.Length + 2];
        foreach (byte bin in rows) counts[bin]++;
        return new BinnedFeature(bounds, nominal, rows, counts);
    }

    /// <summary>The bins of other rows of the same feature.</summary>
    public byte[] Assign(ReadOnlySpan<float> values) => Assign(values, UpperBounds);

    private static byte[] Assign(ReadOnlySpan<float> values, float[] bounds)
    {
        byte[] rows = new byte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                rows[i] = (byte)(bounds.Length + 1);
                continue;
            }
            int first = 0, length = bounds.Length;
            while (length > 0)
            {
                int half = length >> 1;
                bool above = bounds[first + half] < values[i];
                first = above ? first + half + 1 : first;
                length = above ? length - half - 1 : half;
            }
            rows[i] = (byte)first;
        }
        return rows;
    }

    private static float[] Cut(ReadOnlySpan<float> values, int maxBins)
    {
        // Every n-th row is enough to place the cuts.
        int stride = Math.Max(1, values.Length / CutRows);
        float[] sorted = new float[((values.Length - 1) / stride) + 1];
        int known = 0;
        for (int i = 0; i < values.Length; i += stride)
            if (!float.IsNaN(values[i])) sorted[known++] = values[i];
        Array.Sort(sorted, 0, known);
        int distinct = 0;
        for (int i = 0; i < known; i++)
            if (i == 0 || sorted[i] != sorted[i - 1]) distinct++;
        List<float> bounds = [];
        double perBin = distinct <= maxBins ? 0 : (double)known / maxBins;
        int taken = 0;
        for (int i = 1; i < known; i++)
        {
            if (sorted[i] == sorted[i - 1] || i - taken < perBin || bounds.Count == maxBins - 1) continue;
            float bound = Between(sorted[i - 1], sorted[i]);
            if (bounds.Count > 0 && bound <= bounds[^1]) continue;
            bounds.Add(bound);
            taken = i;
        }
        return [.. bounds];
    }

    // A finite value from low up to below high, half way where float32 has one.
    private static float Between(float low, float high)
    {
        float middle = (float)Math.Clamp(((double)low + high) / 2, float.MinValue, MathF.BitDecrement(float.MaxValue));
        return middle < high ? middle : low;
    }
}
