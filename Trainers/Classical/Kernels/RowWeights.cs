namespace MLPipes.Trainers;

/// <summary>Weights of rows under class balancing.</summary>
internal static class RowWeights
{
    /// <summary>Scales weights so that each class present has the same total and the mean factor over weight is 1.</summary>
    /// <param name="labels">[rows] class indices.</param>
    /// <param name="weights">[rows]; empty for equal weights.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>A factor a class; 0 for a class without rows.</returns>
    public static float[] BalanceFactors(ReadOnlySpan<float> labels, ReadOnlySpan<float> weights, int classes)
    {
        double[] totals = new double[classes];
        for (int i = 0; i < labels.Length; i++) totals[(int)labels[i]] += weights.IsEmpty ? 1 : weights[i];
        double all = 0;
        int present = 0;
        foreach (double total in totals)
        {
            all += total;
            if (total > 0) present++;
        }
        float[] factors = new float[classes];
        for (int k = 0; k < classes; k++) if (totals[k] > 0) factors[k] = (float)(all / (present * totals[k]));
        return factors;
    }

    /// <summary>Each row's weight times its class's factor.</summary>
    public static float[] Apply(ReadOnlySpan<float> labels, ReadOnlySpan<float> weights, ReadOnlySpan<float> factors)
    {
        float[] scaled = new float[labels.Length];
        for (int i = 0; i < scaled.Length; i++) scaled[i] = factors[(int)labels[i]] * (weights.IsEmpty ? 1 : weights[i]);
        return scaled;
    }
}
