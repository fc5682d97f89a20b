namespace MLPipes.Pipelines;

/// <summary>Metrics of how far probabilities can be trusted.</summary>
internal static class ProbabilityMetrics
{
    /// <summary>Probabilities are kept this far from 0 and 1, so that one wrong certainty does not make the mean infinite.</summary>
    public const double Clip = 1e-15;

    /// <summary>Bins of <see cref="CalibrationError"/> where none are named.</summary>
    public const int Bins = 15;

    /// <summary>−mean ln p(true class); p within [1e-15, 1 − 1e-15].</summary>
    public static double LogLoss(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights)
    {
        bool single = predictions.Length == truth.Length;
        double sum = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            double p = single ? predictions[row] : predictions[(row * classes) + (int)truth[row]];
            p = Math.Clamp(p, Clip, 1 - Clip);
            if (single && truth[row] == 0) p = 1 - p;
            sum -= weight * Math.Log(p);
            total += weight;
        }
        return sum / total;
    }

    /// <summary>Binary: mean (p − y)², at most 1. Several classes: mean Σ_c (p_c − y_c)², at most 2.</summary>
    public static double Brier(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights)
    {
        int outputs = predictions.Length / truth.Length;
        double sum = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row], squares = 0;
            for (int c = 0; c < outputs; c++)
            {
                double y = outputs == 1 ? truth[row] : (int)truth[row] == c ? 1 : 0;
                double error = predictions[(row * outputs) + c] - y;
                squares += error * error;
            }
            sum += weight * squares;
            total += weight;
        }
        return sum / total;
    }

    /// <summary>Σ_bins share × |mean outcome − mean probability|, over bins of equal width, right edges closed.</summary>
    /// <remarks>
    /// Binary: the positive class's probability against the label. Several classes: the likeliest class's probability against
    /// whether it is right. Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017, equation 3.
    /// </remarks>
    public static double CalibrationError(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights, int bins = Bins)
    {
        bool single = predictions.Length == truth.Length;
        double[] gap = new double[bins];
        double total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row], p, outcome;
            if (single)
            {
                p = predictions[row];
                outcome = truth[row];
            }
            else
            {
                int likeliest = ConfusionMatrix.Likeliest(predictions.Slice(row * classes, classes));
                p = predictions[(row * classes) + likeliest];
                outcome = likeliest == (int)truth[row] ? 1 : 0;
            }
            // The product is rounded to float first: 0.3f · 10 is 3 as a float and 3.0000001 as a double, one bin too far.
            int bin = Math.Clamp((int)MathF.Ceiling((float)(p * bins)) - 1, 0, bins - 1);
            gap[bin] += weight * (outcome - p);
            total += weight;
        }
        double sum = 0;
        foreach (double difference in gap) sum += Math.Abs(difference);
        return sum / total;
    }
}
