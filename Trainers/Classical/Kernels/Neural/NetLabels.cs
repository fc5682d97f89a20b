using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>How labels look to a network, and what it predicts before it has learned anything.</summary>
/// <param name="Factor">Factor of (label − offset).</param>
/// <param name="Offset">Mean of numbers; 0 for classes.</param>
/// <param name="Start">Biases of the last layer that predict the shares of classes, or the mean.</param>
/// <param name="Range">From output to score, for numbers.</param>
internal sealed record NetLabels(double Factor, double Offset, float[] Start, NeuralRange? Range)
{
    /// <summary>Those of <paramref name="set"/>, by its weights.</summary>
    public static NetLabels Of(TrainingSet set)
    {
        int[] rows = NetData.Present(set);
        double Weight(int row) => set.IsWeighted ? set.Weights[row] : 1;
        double total = 0;
        foreach (int row in rows) total += Weight(row);
        if (total <= 0) total = 1;
        return set.Task == MLTask.Regression ? Numbers(set, rows, r => Weight(r) / total) : Classes(set, rows, r => Weight(r) / total);
    }

    private static NetLabels Numbers(TrainingSet set, int[] rows, Func<int, double> share)
    {
        double mean = 0, squares = 0, low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (int row in rows)
        {
            mean += share(row) * set.Labels[row];
            (low, high) = (Math.Min(low, set.Labels[row]), Math.Max(high, set.Labels[row]));
        }
        foreach (int row in rows) squares += share(row) * (set.Labels[row] - mean) * (set.Labels[row] - mean);
        double deviation = Math.Sqrt(squares);
        mean = Math.Clamp(mean, low, high);
        return new NetLabels(deviation > 0 && double.IsFinite(1 / deviation) ? 1 / deviation : 0, mean, [0], new NeuralRange(deviation, mean, low, high));
    }

    private static NetLabels Classes(TrainingSet set, int[] rows, Func<int, double> share)
    {
        int classes = set.Target.Classes.Count;
        double[] shares = new double[classes];
        // Half a row for every class, so that none is impossible.
        Array.Fill(shares, 0.5 / rows.Length);
        foreach (int row in rows) shares[(int)set.Labels[row]] += share(row);
        float[] start = set.Task == MLTask.Binary ? [(float)Math.Log(shares[1] / shares[0])] : [.. shares.Select(s => (float)Math.Log(s))];
        return new NetLabels(1, 0, start, null);
    }
}
