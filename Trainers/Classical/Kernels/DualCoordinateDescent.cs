using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Linear support vector machine by dual coordinate descent.</summary>
/// <remarks>
/// Minimises ½ ‖w‖² + Σ cᵢ · loss(1 − yᵢ w·xᵢ) over w, where xᵢ has a last feature of 1 for the bias, loss(z) is max(0, z) or its square.
/// Each step minimises over one αᵢ of the dual in closed form. Time O(passes · stored values), memory O(rows + features).
/// Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008, algorithm 1, without shrinking.
/// </remarks>
internal sealed class DualCoordinateDescent(TrainingSet data, double c, bool squared, int seed)
{
    private const int RowsPerCheck = 256;

    private readonly double[] alphas = new double[data.Rows];
    private readonly double[] norms = Norms(data.Features);
    private readonly int[] order = [.. Enumerable.Range(0, data.Rows)];
    private readonly Random random = new(seed);

    /// <summary>[features].</summary>
    public double[] Weights { get; } = new double[data.Features.Width];

    public double Bias { get; private set; }

    /// <summary>One pass over the rows in a new order.</summary>
    /// <returns>The largest violation of the optimality conditions met; NaN where <paramref name="stop"/> ended the pass early.</returns>
    public double Pass(Func<bool> stop)
    {
        random.Shuffle(order);
        ReadOnlySpan<float> labels = data.Labels, weights = data.Weights;
        double highest = 0, lowest = 0;
        for (int n = 0; n < order.Length; n++)
        {
            if (n % RowsPerCheck == 0 && stop()) return double.NaN;
            int i = order[n];
            double ci = weights.IsEmpty ? c : c * weights[i];
            if (ci == 0) continue;
            double y = labels[i] > 0 ? 1 : -1, diagonal = squared ? 0.5 / ci : 0, bound = squared ? double.PositiveInfinity : ci;
            FeatureRow x = data.Features.Row(i);
            double gradient = (y * (Dot(x) + Bias)) - 1 + (diagonal * alphas[i]);
            double projected = alphas[i] == 0 ? Math.Min(gradient, 0) : alphas[i] == bound ? Math.Max(gradient, 0) : gradient;
            highest = Math.Max(highest, projected);
            lowest = Math.Min(lowest, projected);
            if (Math.Abs(projected) < 1e-12) continue;
            double before = alphas[i];
            alphas[i] = Math.Clamp(before - (gradient / (norms[i] + diagonal)), 0, bound);
            Move(x, (alphas[i] - before) * y);
        }
        return highest - lowest;
    }

    private double Dot(FeatureRow x)
    {
        double sum = 0;
        if (x.IsSparse)
            for (int k = 0; k < x.Indices.Length; k++) sum += Weights[x.Indices[k]] * x.Values[k];
        else
            for (int k = 0; k < x.Values.Length; k++) sum += Weights[k] * x.Values[k];
        return sum;
    }

    private void Move(FeatureRow x, double step)
    {
        if (x.IsSparse)
            for (int k = 0; k < x.Indices.Length; k++) Weights[x.Indices[k]] += step * x.Values[k];
        else
            for (int k = 0; k < x.Values.Length; k++) Weights[k] += step * x.Values[k];
        Bias += step;
    }

    private static double[] Norms(FeatureMatrix features)
    {
        double[] norms = new double[features.Rows];
        for (int row = 0; row < norms.Length; row++)
        {
            double sum = 1;
            foreach (float value in features.Row(row).Values) sum += (double)value * value;
            norms[row] = sum;
        }
        return norms;
    }
}
