namespace MLPipes.Trainers;

/// <summary>Fits p = 1 / (1 + exp(−(slope · score + offset))) to labels.</summary>
/// <remarks>
/// Minimises log-loss against targets pulled off 0 and 1: (N₊ + 1)/(N₊ + 2) for the positive rows, 1/(N₋ + 2) for the others. Newton's
/// method with a backtracking line search, in float64.
/// Source: Platt, Advances in Large Margin Classifiers, 1999; algorithm of Lin, Lin and Weng, Machine Learning 68(3), 2007, appendix
/// (their A and B are −slope and −offset).
/// </remarks>
internal static class PlattScaling
{
    private const int MaxIterations = 100;
    private const double SmallestStep = 1e-10;
    private const double Ridge = 1e-12;
    private const double GradientTolerance = 1e-9;

    /// <param name="scores">[rows].</param>
    /// <param name="labels">[rows], 0 or 1.</param>
    /// <param name="weights">[rows], or empty for equal weights.</param>
    public static (double Slope, double Offset) Fit(ReadOnlySpan<float> scores, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights)
    {
        double positives = 0, negatives = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double w = weights.IsEmpty ? 1 : weights[i];
            if (labels[i] > 0) positives += w;
            else negatives += w;
        }
        double high = (positives + 1) / (positives + 2), low = 1 / (negatives + 2);
        double slope = 0, offset = Math.Log((positives + 1) / (negatives + 1));
        double loss = Loss(scores, labels, weights, high, low, slope, offset);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            double h11 = Ridge, h22 = Ridge, h21 = 0, g1 = 0, g2 = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                double w = weights.IsEmpty ? 1 : weights[i], p = Sigmoid((slope * scores[i]) + offset);
                double curvature = w * p * (1 - p), error = w * (p - (labels[i] > 0 ? high : low));
                h11 += curvature * scores[i] * scores[i];
                h22 += curvature;
                h21 += curvature * scores[i];
                g1 += error * scores[i];
                g2 += error;
            }
            if (Math.Abs(g1) < GradientTolerance && Math.Abs(g2) < GradientTolerance) break;
            double determinant = (h11 * h22) - (h21 * h21);
            double d1 = -((h22 * g1) - (h21 * g2)) / determinant, d2 = -((-h21 * g1) + (h11 * g2)) / determinant;
            double fall = (g1 * d1) + (g2 * d2), step = 1;
            for (; step >= SmallestStep; step /= 2)
            {
                double next = Loss(scores, labels, weights, high, low, slope + (step * d1), offset + (step * d2));
                if (next >= loss + (1e-4 * step * fall)) continue;
                (slope, offset, loss) = (slope + (step * d1), offset + (step * d2), next);
                break;
            }
            // No step lowers the loss any more: as near as float64 comes.
            if (step < SmallestStep) break;
        }
        return (slope, offset);
    }

    private static double Loss(ReadOnlySpan<float> scores, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights, double high, double low, double slope, double offset)
    {
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            // −t log p − (1 − t) log(1 − p) = log(1 + exp(z)) − t z, written so that exp never overflows.
            double z = (slope * scores[i]) + offset, target = labels[i] > 0 ? high : low;
            double loss = Math.Max(z, 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))) - (target * z);
            sum += weights.IsEmpty ? loss : weights[i] * loss;
        }
        return sum;
    }

    private static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
}
