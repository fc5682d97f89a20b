namespace MLPipes.Featurizers;

/// <summary>Average labels of categories, smoothed and cross-fitted, and how much of the label's variance they explain.</summary>
internal sealed class CrossTrial
{
    private readonly LabelValues labels;
    private readonly byte[] folds;
    private readonly int foldCount;
    private readonly double smoothing;
    private readonly double[] means;
    private readonly double[] variances;

    public CrossTrial(LabelValues labels, byte[] folds, int foldCount, double smoothing)
    {
        this.labels = labels;
        this.folds = folds;
        this.foldCount = foldCount;
        this.smoothing = smoothing;
        means = new double[labels.Count];
        variances = new double[labels.Count];
        double weight = 0;
        for (int row = 0; row < labels.Rows; row++) weight += labels.WeightOf(row);
        for (int k = 0; k < means.Length; k++)
        {
            for (int row = 0; row < labels.Rows; row++) means[k] += labels.WeightOf(row) * labels.At(row, k) / weight;
            for (int row = 0; row < labels.Rows; row++) variances[k] += labels.WeightOf(row) * Math.Pow(labels.At(row, k) - means[k], 2);
        }
    }

    public int Rows => labels.Rows;

    public int Outputs => labels.Count;

    public string[] Names => labels.Names;

    /// <summary>The overall average of each output.</summary>
    public double[] Means => means;

    /// <summary>Each row's category as the average label of the rows of other folds, [rows × outputs].</summary>
    /// <param name="codes">The category of each row; −1 is one as well.</param>
    /// <param name="prior">What each row's category starts from, [rows × outputs]; null for the overall average.</param>
    /// <param name="encoded">[categories + 2 × outputs]: over all rows, for rows to come; the last two are for missing and for a category not seen.</param>
    public float[] Encode(int[] codes, float[]? prior, out float[] encoded)
    {
        int count = codes.Max() + 2, outputs = Outputs;
        // Missing is a category, behind all others.
        int Level(int row) => codes[row] < 0 ? count - 1 : codes[row];
        double[] weights = new double[count], foldWeights = new double[count * foldCount];
        for (int row = 0; row < codes.Length; row++)
        {
            weights[Level(row)] += labels.WeightOf(row);
            foldWeights[(Level(row) * foldCount) + folds[row]] += labels.WeightOf(row);
        }
        float[] values = new float[codes.Length * outputs];
        encoded = new float[(count + 1) * outputs];
        double[] sums = new double[count], foldSums = new double[count * foldCount], priors = new double[count];
        for (int k = 0; k < outputs; k++)
        {
            Array.Clear(sums);
            Array.Clear(foldSums);
            Array.Clear(priors);
            for (int row = 0; row < codes.Length; row++)
            {
                double part = labels.WeightOf(row) * labels.At(row, k);
                int level = Level(row);
                sums[level] += part;
                foldSums[(level * foldCount) + folds[row]] += part;
                priors[level] += labels.WeightOf(row) * (prior is null ? means[k] : prior[(row * outputs) + k]);
            }
            for (int row = 0; row < codes.Length; row++)
            {
                int level = Level(row), at = (level * foldCount) + folds[row];
                double start = prior is null ? means[k] : prior[(row * outputs) + k];
                values[(row * outputs) + k] = (float)((sums[level] - foldSums[at] + (smoothing * start)) / (Math.Max(0, weights[level] - foldWeights[at]) + smoothing));
            }
            for (int level = 0; level < count; level++)
            {
                double start = weights[level] > 0 ? priors[level] / weights[level] : means[k];
                encoded[(level * outputs) + k] = (float)((sums[level] + (smoothing * start)) / (weights[level] + smoothing));
            }
            encoded[(count * outputs) + k] = (float)means[k];
        }
        return values;
    }

    /// <summary>What two categories say side by side: the sum of their deviations from the overall average.</summary>
    public float[] Sum(float[] first, float[] second)
    {
        float[] sum = new float[first.Length];
        for (int i = 0; i < sum.Length; i++) sum[i] = (float)(first[i] + second[i] - means[i % Outputs]);
        return sum;
    }

    /// <summary>Share of the label's variance that values explain as they are, averaged over outputs; below 0 where they are worse than the overall average.</summary>
    public double Explained(float[] values)
    {
        double share = 0;
        for (int k = 0; k < Outputs; k++)
        {
            double left = 0;
            for (int row = 0; row < Rows; row++) left += labels.WeightOf(row) * Math.Pow(labels.At(row, k) - values[(row * Outputs) + k], 2);
            share += variances[k] > 0 ? 1 - (left / variances[k]) : 0;
        }
        return share / Outputs;
    }
}
