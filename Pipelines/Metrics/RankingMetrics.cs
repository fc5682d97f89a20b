namespace MLPipes.Pipelines;

/// <summary>Metrics of the order in which rows are put: areas under the ROC and the precision-recall curve. O(rows·log rows).</summary>
internal static class RankingMetrics
{
    /// <summary>AUC of two classes, or the mean over classes that occur and do not fill all rows, each against the rest.</summary>
    public static double AucOfTask(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights) =>
        OverClasses(truth, predictions, classes, weights, Auc);

    /// <summary>Average precision, over classes as <see cref="AucOfTask"/>.</summary>
    public static double AveragePrecisionOfTask(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights) =>
        OverClasses(truth, predictions, classes, weights, AveragePrecision);

    /// <summary>Probability that a positive row scores above a negative one, ties counting half; NaN where either has no weight.</summary>
    public static double Auc(float[] scores, double[] positive, double[] negative)
    {
        double below = 0, positives = 0, area = 0;
        for (int start = 0, end; start < scores.Length; start = end)
        {
            double p = 0, n = 0;
            for (end = start; end < scores.Length && scores[end] == scores[start]; end++)
            {
                p += positive[end];
                n += negative[end];
            }
            area += p * (below + (n / 2));
            positives += p;
            below += n;
        }
        return positives > 0 && below > 0 ? area / (positives * below) : double.NaN;
    }

    /// <summary>Σ (recall step × precision there) down the ranking, ties taken together; NaN where no row is positive.</summary>
    public static double AveragePrecision(float[] scores, double[] positive, double[] negative)
    {
        double found = 0, taken = 0, sum = 0;
        for (int end = scores.Length - 1, start; end >= 0; end = start)
        {
            double p = 0, n = 0;
            for (start = end; start >= 0 && scores[start] == scores[end]; start--)
            {
                p += positive[start];
                n += negative[start];
            }
            found += p;
            taken += p + n;
            if (p > 0) sum += p * (found / taken);
        }
        return found > 0 ? sum / found : double.NaN;
    }

    private static double OverClasses(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights, Func<float[], double[], double[], double> metric)
    {
        int outputs = predictions.Length / truth.Length;
        float[] scores = new float[truth.Length];
        int[] order = new int[truth.Length];
        double[] positive = new double[truth.Length], negative = new double[truth.Length];
        double sum = 0;
        int defined = 0;
        for (int c = outputs == 1 ? 1 : 0; c < classes; c++)
        {
            int output = outputs == 1 ? 0 : c;
            for (int row = 0; row < scores.Length; row++)
            {
                scores[row] = predictions[(row * outputs) + output];
                order[row] = row;
            }
            Array.Sort(scores, order);
            double positives = 0, negatives = 0;
            for (int i = 0; i < order.Length; i++)
            {
                double weight = weights.IsEmpty ? 1 : weights[order[i]];
                bool isClass = (int)truth[order[i]] == c;
                positive[i] = isClass ? weight : 0;
                negative[i] = isClass ? 0 : weight;
                positives += positive[i];
                negatives += negative[i];
            }
            if (positives <= 0 || negatives <= 0) continue;
            sum += metric(scores, positive, negative);
            defined++;
        }
        return defined == 0 ? double.NaN : sum / defined;
    }

    /// <summary>Share of rows whose true class is among the three that are likeliest; of equal ones, the earlier classes count as likelier.</summary>
    public static double TopAccuracy(ReadOnlySpan<float> truth, ReadOnlySpan<float> predictions, int classes, ReadOnlySpan<float> weights)
    {
        const int k = 3;
        double found = 0, total = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            ReadOnlySpan<float> scores = predictions.Slice(row * classes, classes);
            int own = (int)truth[row], better = 0;
            for (int c = 0; c < classes; c++) if (scores[c] > scores[own] || (scores[c] == scores[own] && c < own)) better++;
            double weight = weights.IsEmpty ? 1 : weights[row];
            if (better < k) found += weight;
            total += weight;
        }
        return found / total;
    }
}
