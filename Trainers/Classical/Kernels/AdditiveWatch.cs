using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Follows an <see cref="AdditiveBoosting"/> on rows that it is not fitted on.</summary>
internal sealed class AdditiveWatch
{
    private readonly TrainingSet data;
    private readonly byte[][] bins;
    private readonly double[] scores;

    public AdditiveWatch(AdditiveBoosting boosting, TrainingSet data)
    {
        this.data = data;
        bins = new byte[data.Features.Width][];
        foreach (int f in boosting.Active) bins[f] = boosting.Feature(f).Assign(AdditiveBoosting.Column(data.Features, f));
        scores = new double[data.Rows];
        Array.Fill(scores, boosting.Intercept);
    }

    public void Add(int feature, double[] steps)
    {
        byte[] rows = bins[feature];
        for (int i = 0; i < scores.Length; i++) scores[i] += steps[rows[i]];
    }

    /// <summary>Mean log-loss, or mean squared error of a regression.</summary>
    public double Loss()
    {
        ReadOnlySpan<float> labels = data.Labels, weights = data.Weights;
        double sum = 0, total = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i], m = labels[i] > 0 ? scores[i] : -scores[i];
            sum += weight * (data.Task == MLTask.Regression
                ? (scores[i] - labels[i]) * (scores[i] - labels[i])
                : Math.Max(0, -m) + Math.Log(1 + Math.Exp(-Math.Abs(m))));
            total += weight;
        }
        return sum / total;
    }
}
