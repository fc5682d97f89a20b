using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>How many of an ensemble's trees do best on rows that it was not fitted on.</summary>
internal static class StagedLoss
{
    private const int RowsPerCheck = 4096;

    /// <summary>
    /// The number of first trees with the smallest loss on <paramref name="data"/>: log-loss behind a logistic
    /// <paramref name="slope"/> for a binary task, squared error for a regression. Every stage is looked at, so that neither a plateau
    /// nor a bump on the way hides the best.
    /// </summary>
    /// <param name="trees">One-output trees in the order in which they add up.</param>
    /// <param name="bias">Score before the first tree.</param>
    /// <param name="slope">From score to log-odds; unused for a regression.</param>
    /// <param name="data">Rows to judge by.</param>
    /// <param name="cancel">Ends the search.</param>
    public static int BestPrefix(IReadOnlyList<Tree> trees, double bias, double slope, TrainingSet data, CancellationToken cancel)
    {
        double[] scores = new double[data.Rows];
        Array.Fill(scores, bias);
        float[] step = new float[data.Rows];
        int best = 0;
        double least = Loss(scores, slope, data);
        for (int t = 0; t < trees.Count; t++)
        {
            TreeEnsembleBuilder one = new(data.Features.Width, outputs: 1);
            one.Add(trees[t]);
            IModel stage = one.Build();
            for (int start = 0; start < data.Rows; start += RowsPerCheck)
            {
                cancel.ThrowIfCancellationRequested();
                int count = Math.Min(RowsPerCheck, data.Rows - start);
                stage.ScoreBatch(data.Features, start, count, step.AsSpan(start, count));
            }
            for (int row = 0; row < scores.Length; row++) scores[row] += step[row];
            double loss = Loss(scores, slope, data);
            if (loss < least) (least, best) = (loss, t + 1);
        }
        return best;
    }

    private static double Loss(double[] scores, double slope, TrainingSet data)
    {
        ReadOnlySpan<float> labels = data.Labels, weights = data.Weights;
        double sum = 0;
        for (int row = 0; row < scores.Length; row++)
        {
            double loss;
            if (data.Task == MLTask.Regression)
            {
                loss = (scores[row] - labels[row]) * (scores[row] - labels[row]);
            }
            else
            {
                // log(1 + exp(-m)) without overflow, m the margin of the true class.
                double m = slope * (labels[row] > 0 ? scores[row] : -scores[row]);
                loss = Math.Max(0, -m) + Math.Log(1 + Math.Exp(-Math.Abs(m)));
            }
            sum += weights.IsEmpty ? loss : weights[row] * loss;
        }
        return sum;
    }
}
