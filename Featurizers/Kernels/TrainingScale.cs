namespace MLPipes.Featurizers;

/// <summary>Brings cross-fitted training values to mean 0 and deviation 1; they are what the trainer sees, so they set the scale.</summary>
internal static class TrainingScale
{
    /// <summary>Scales <paramref name="training"/> ([rows × width], row-major) in place; gives each column's center and scale.</summary>
    public static (double[] Centers, double[] Scales) Apply(float[] training, int width)
    {
        double[] centers = new double[width], scales = new double[width];
        int rows = training.Length / width;
        for (int at = 0; at < width; at++)
        {
            double sum = 0, squares = 0;
            for (int i = at; i < training.Length; i += width) sum += training[i];
            double mean = centers[at] = sum / rows;
            for (int i = at; i < training.Length; i += width) squares += (training[i] - mean) * (training[i] - mean);
            double deviation = Math.Sqrt(squares / rows);
            // Rounding alone makes equal values differ a little; that is no spread to scale up.
            scales[at] = deviation > 1e-9 * Math.Max(1e-12, Math.Abs(mean)) ? 1 / deviation : 0;
            for (int i = at; i < training.Length; i += width) training[i] = (float)((training[i] - mean) * scales[at]);
        }
        return (centers, scales);
    }
}
