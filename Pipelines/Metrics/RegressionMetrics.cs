namespace MLPipes.Pipelines;

/// <summary>Metrics of predicted numbers. An infinite prediction makes them infinite.</summary>
internal static class RegressionMetrics
{
    /// <summary>√(mean (y − p)²).</summary>
    public static double Rmse(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights)
    {
        (double squares, double total) = SquaredError(truth, predictions, weights);
        return Math.Sqrt(squares / total);
    }

    /// <summary>Mean |y − p|.</summary>
    public static double Mae(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights)
    {
        double sum = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            sum += weight * Math.Abs((double)truth[row] - predictions[row]);
            total += weight;
        }
        return sum / total;
    }

    /// <summary>Mean |y − p| / |y|, a share and not a percentage; |y| at least 2⁻⁵², so that labels of 0 make it huge, as in scikit-learn.</summary>
    public static double Mape(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights)
    {
        double sum = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            sum += weight * Math.Abs((double)truth[row] - predictions[row]) / Math.Max(Math.Abs((double)truth[row]), double.BitIncrement(1) - 1);
            total += weight;
        }
        return sum / total;
    }

    /// <summary>1 − Σ(y − p)² / Σ(y − ȳ)²; NaN where the labels are all one value.</summary>
    public static double R2(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights)
    {
        double mean = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row];
            mean += weight * truth[row];
            total += weight;
        }
        mean /= total;
        double spread = 0;
        for (int row = 0; row < truth.Length; row++)
            spread += (weights.IsEmpty ? 1 : weights[row]) * (truth[row] - mean) * (truth[row] - mean);
        bool constant = spread <= total * mean * mean * 1e-24;
        return constant ? double.NaN : 1 - (SquaredError(truth, predictions, weights).Squares / spread);
    }

    /// <summary>Mean of level·(y − p) where y is above p and (1 − level)·(p − y) where it is below.</summary>
    public static double QuantileLoss(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, ReadOnlySpan<float> weights, double level)
    {
        double sum = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row], error = (double)truth[row] - predictions[row];
            sum += weight * (error >= 0 ? level * error : (level - 1) * error);
            total += weight;
        }
        return sum / total;
    }

    private static (double Squares, double Total) SquaredError(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, ReadOnlySpan<float> weights)
    {
        double sum = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            double weight = weights.IsEmpty ? 1 : weights[row], error = (double)truth[row] - predictions[row];
            sum += weight * error * error;
            total += weight;
        }
        return (sum, total);
    }
}
