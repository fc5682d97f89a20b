using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Learns a <see cref="Decision"/> from out-of-fold probabilities: a calibration where cross-validation says that it helps, and the threshold that the metric likes best.</summary>
internal static class Calibrator
{
    private const int Folds = 5;
    private const int MinRows = 100;
    private const int MaxIterations = 50;
    private const int MaxThresholds = 200;
    private const double LeastProbability = 1e-7;

    // The best threshold for these calls everything, or next to nothing, positive: no use to anybody.
    private static readonly HashSet<string> oneSided = new(["precision", "recall", "negative_precision", "negative_recall"], StringComparer.Ordinal);

    /// <summary>The decision for a classification; null where the probabilities and the threshold 0.5 are best left alone.</summary>
    /// <param name="metric">What is improved; the threshold is tuned for metrics of predicted classes.</param>
    /// <param name="target">[rows].</param>
    /// <param name="probabilities">[rows × outputs], out of fold.</param>
    /// <param name="weights">[rows], or empty for equal weights.</param>
    public static Decision? Choose(Metric metric, Target target, float[] probabilities, float[] weights)
    {
        if (target.Task == MLTask.Regression || target.Count < MinRows) return null;
        Decision decision = Calibration(target, probabilities, weights) ?? new Decision();
        if (target.Task == MLTask.Binary && metric.UsesThreshold && !oneSided.Contains(metric.Key))
        {
            float[] calibrated = (float[])probabilities.Clone();
            decision.Calibrate(calibrated, 1);
            decision = decision with { Threshold = BestThreshold(metric, target, calibrated, weights) };
        }
        return decision == new Decision() ? null : decision;
    }

    /// <summary>The calibration, of none, slope alone and slope with offset, that cross-validated log-loss prefers by more than its standard error.</summary>
    private static Decision? Calibration(Target target, float[] probabilities, float[] weights)
    {
        double[] without = LogLosses(target, probabilities, new Decision(), _ => true);
        Decision? best = null;
        double bestGain = 0;
        foreach (bool withOffset in target.Task == MLTask.Binary ? [false, true] : (bool[])[false])
        {
            double[] calibrated = new double[target.Count];
            for (int fold = 0; fold < Folds; fold++)
            {
                int held = fold;
                Decision learned = Fit(target, probabilities, weights, row => row % Folds != held, withOffset);
                double[] losses = LogLosses(target, probabilities, learned, row => row % Folds == held);
                for (int row = held; row < losses.Length; row += Folds) calibrated[row] = losses[row];
            }
            (double gain, double error) = MeanAndError(without, calibrated, weights);
            if (gain <= Math.Max(bestGain, error)) continue;
            bestGain = gain;
            best = Fit(target, probabilities, weights, _ => true, withOffset);
        }
        return best;
    }

    /// <summary>Newton's method on the log-loss, which is convex in slope and offset; the slope is held within sane bounds.</summary>
    private static Decision Fit(Target target, float[] probabilities, float[] weights, Func<int, bool> uses, bool withOffset)
    {
        int outputs = target.Task == MLTask.Multiclass ? target.Classes.Count : 1;
        double slope = 1, offset = 0;
        double[] logs = new double[Math.Max(2, outputs)];
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            // A little curvature keeps steps finite where every row is certain.
            double g1 = 0, g2 = 0, h11 = 1e-6, h22 = 1e-6, h12 = 0;
            for (int row = 0; row < target.Count; row++)
            {
                if (!uses(row)) continue;
                double weight = weights.Length == 0 ? 1 : weights[row];
                if (outputs == 1)
                {
                    double p = Math.Clamp((double)probabilities[row], LeastProbability, 1 - LeastProbability), z = Math.Log(p / (1 - p));
                    double q = 1 / (1 + Math.Exp(-((slope * z) + offset))), error = weight * (q - target.Values[row]), curve = weight * q * (1 - q);
                    (g1, g2) = (g1 + (error * z), g2 + error);
                    (h11, h12, h22) = (h11 + (curve * z * z), h12 + (curve * z), h22 + curve);
                    continue;
                }
                double most = double.NegativeInfinity, sum = 0, mean = 0, square = 0;
                for (int k = 0; k < outputs; k++) most = Math.Max(most, logs[k] = Math.Log(Math.Max((double)probabilities[(row * outputs) + k], LeastProbability)));
                for (int k = 0; k < outputs; k++)
                {
                    double share = Math.Exp(slope * (logs[k] - most));
                    sum += share;
                    mean += share * logs[k];
                    square += share * logs[k] * logs[k];
                }
                mean /= sum;
                g1 += weight * (mean - logs[(int)target.Values[row]]);
                h11 += weight * ((square / sum) - (mean * mean));
            }
            if (!withOffset) (g2, h12, h22) = (0, 0, 1);
            double determinant = (h11 * h22) - (h12 * h12);
            double d1 = ((h22 * g1) - (h12 * g2)) / determinant, d2 = ((h11 * g2) - (h12 * g1)) / determinant;
            double next = Math.Clamp(slope - Math.Clamp(d1, -0.5, 0.5), 0.2, 5);
            bool isDone = Math.Abs(next - slope) < 1e-7 && Math.Abs(d2) < 1e-7;
            (slope, offset) = (next, offset - Math.Clamp(d2, -1, 1));
            if (isDone) break;
        }
        return new Decision { Slope = (float)slope, Offset = withOffset ? (float)offset : 0 };
    }

    private static double[] LogLosses(Target target, float[] probabilities, Decision decision, Func<int, bool> uses)
    {
        int outputs = target.Task == MLTask.Multiclass ? target.Classes.Count : 1;
        float[] row = new float[outputs];
        double[] losses = new double[target.Count];
        for (int i = 0; i < losses.Length; i++)
        {
            if (!uses(i)) continue;
            probabilities.AsSpan(i * outputs, outputs).CopyTo(row);
            decision.Calibrate(row, outputs);
            double p = outputs > 1 ? row[(int)target.Values[i]] : target.Values[i] > 0 ? row[0] : 1 - row[0];
            losses[i] = -Math.Log(Math.Max(p, LeastProbability));
        }
        return losses;
    }

    private static (double Mean, double Error) MeanAndError(double[] before, double[] after, float[] weights)
    {
        double total = 0, sum = 0, squares = 0;
        for (int i = 0; i < before.Length; i++)
        {
            double weight = weights.Length == 0 ? 1 : weights[i], gain = before[i] - after[i];
            total += weight;
            sum += weight * gain;
            squares += weight * gain * gain;
        }
        double mean = sum / total;
        return (mean, Math.Sqrt(Math.Max(0, (squares / total) - (mean * mean)) / before.Length));
    }

    /// <summary>The threshold of the best value; the middle of the plateau, so that a little noise changes little.</summary>
    private static float BestThreshold(Metric metric, Target target, float[] probabilities, float[] weights)
    {
        float[] sorted = (float[])probabilities.Clone();
        Array.Sort(sorted);
        List<float> tried = [0.5f];
        for (int i = 1; i < MaxThresholds; i++)
        {
            float between = sorted[(int)((long)i * (sorted.Length - 1) / MaxThresholds)];
            if (between is > 0.001f and < 0.999f && between != tried[^1]) tried.Add(between);
        }
        double[] losses = [.. tried.Select(t => metric.Loss(metric.Evaluate(target, probabilities, weights, t)))];
        double least = losses.Min(), slack = 1e-9 + (Math.Abs(least) * 1e-6);
        if (losses[0] <= least + slack) return 0.5f;
        float[] best = [.. tried.Where((_, i) => losses[i] <= least + slack).Order()];
        return best[best.Length / 2];
    }
}
