namespace MLPipes.Featurizers;

/// <summary>Measures on a sample how much of the label's variance a number explains: binned on one half of the rows, judged on the other.</summary>
internal sealed class PairTrial
{
    private readonly int bins;
    private readonly float[][] labels;
    private readonly int half;

    public PairTrial(int[] rows, LabelValues values, int bins)
    {
        this.bins = bins;
        half = rows.Length / 2;
        labels = new float[values.Count][];
        for (int output = 0; output < labels.Length; output++)
            labels[output] = [.. rows.Select(row => (float)values.At(row, output))];
    }

    /// <summary>Share of variance explained on the held-out half, averaged over outputs; below 0 where it only fits chance.</summary>
    public double Explained(float[] values) => Judge(Bin(values), bins + 1);

    /// <summary>The same for a grid over two numbers of as many cells as one number has bins.</summary>
    public double Explained(float[] first, float[] second)
    {
        int side = (int)Math.Sqrt(bins);
        int[] a = Bin(first, side), b = Bin(second, side), grid = new int[a.Length];
        for (int i = 0; i < grid.Length; i++) grid[i] = (a[i] * (side + 1)) + b[i];
        return Math.Max(Judge(grid, (side + 1) * (side + 1)), Math.Max(Explained(first), Explained(second)));
    }

    private int[] Bin(float[] values) => Bin(values, bins);

    // Equal shares of the first half; the last bin holds missing values.
    private int[] Bin(float[] values, int count)
    {
        float[] sorted = [.. values.AsSpan(0, half).ToArray().Where(v => !float.IsNaN(v))];
        Array.Sort(sorted);
        int[] binned = new int[values.Length];
        if (sorted.Length == 0)
        {
            Array.Fill(binned, count);
            return binned;
        }
        float[] edges = new float[count - 1];
        for (int i = 0; i < edges.Length; i++) edges[i] = sorted[(int)((long)(i + 1) * sorted.Length / count)];
        for (int i = 0; i < values.Length; i++)
        {
            int bin = 0;
            if (float.IsNaN(values[i])) bin = count;
            else while (bin < edges.Length && values[i] >= edges[bin]) bin++;
            binned[i] = bin;
        }
        return binned;
    }

    private double Judge(int[] binned, int count)
    {
        double share = 0;
        double[] sums = new double[count], rows = new double[count];
        foreach (float[] y in labels)
        {
            Array.Clear(sums);
            Array.Clear(rows);
            double total = 0;
            for (int i = 0; i < half; i++)
            {
                sums[binned[i]] += y[i];
                rows[binned[i]]++;
                total += y[i];
            }
            double mean = total / half, left = 0, variance = 0;
            for (int i = half; i < y.Length; i++)
            {
                double guess = (sums[binned[i]] + mean) / (rows[binned[i]] + 1);
                left += (y[i] - guess) * (y[i] - guess);
                variance += (y[i] - mean) * (y[i] - mean);
            }
            share += variance > 0 ? 1 - (left / variance) : 0;
        }
        return share / labels.Length;
    }
}
