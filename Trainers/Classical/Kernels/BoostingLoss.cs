namespace MLPipes.Trainers;

/// <summary>The mean loss of predictions, by the objective that boosting minimises. Constant terms are left out.</summary>
internal static class BoostingLoss
{
    private const double Tiny = 1e-15;

    /// <param name="task">What is learned.</param>
    /// <param name="objective">The regression's objective.</param>
    /// <param name="labels">[rows].</param>
    /// <param name="weights">[rows]; empty for equal weights.</param>
    /// <param name="predictions">[outputs × rows], output by output, behind the link.</param>
    /// <param name="shape">The objective's own parameter: quantile, Huber's delta or Tweedie's power.</param>
    public static double Mean(MLTask task, BoostingObjective objective, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights, ReadOnlySpan<double> predictions, double shape)
    {
        double sum = 0, total = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i], y = labels[i];
            double loss = task switch
            {
                MLTask.Binary => -Math.Log(Math.Max(Tiny, y > 0 ? predictions[i] : 1 - predictions[i])),
                MLTask.Multiclass => -Math.Log(Math.Max(Tiny, predictions[((int)y * labels.Length) + i])),
                _ => OfNumber(objective, y, predictions[i], shape),
            };
            sum += weight * loss;
            total += weight;
        }
        return sum / total;
    }

    private static double OfNumber(BoostingObjective objective, double y, double p, double shape)
    {
        double error = y - p;
        switch (objective)
        {
            case BoostingObjective.L1: return Math.Abs(error);
            case BoostingObjective.Huber: return Math.Abs(error) <= shape ? 0.5 * error * error : shape * (Math.Abs(error) - (0.5 * shape));
            case BoostingObjective.Poisson: return p - (y * Math.Log(Math.Max(Tiny, p)));
            case BoostingObjective.Gamma: return (y / Math.Max(Tiny, p)) + Math.Log(Math.Max(Tiny, p));
            case BoostingObjective.Tweedie:
                double positive = Math.Max(Tiny, p);
                return (-y * Math.Pow(positive, 1 - shape) / (1 - shape)) + (Math.Pow(positive, 2 - shape) / (2 - shape));
            case BoostingObjective.Quantile: return error >= 0 ? shape * error : (shape - 1) * error;
            default: return error * error;
        }
    }
}
