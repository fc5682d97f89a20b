using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Weighted least squares with an intercept and an optional L2 penalty.</summary>
internal static class LeastSquares
{
    // Beyond, the squared number of features costs more than a few hundred passes over the data.
    private const int MostForClosedForm = 3000;
    private const int BlockRows = 1024;

    /// <summary>The minimiser of Σ s_i (y_i − w·x_i − b)² + penalty · ‖w‖².</summary>
    /// <exception cref="TimeoutException">The deadline came before there was a solution.</exception>
    public static LinearModel Fit(TrainingSet data, double penalty, string trainer, FitContext context)
    {
        int width = data.Features.Width;
        double[] means = new double[width];
        double labelMean = Means(data, means);
        double[] w = data.Features.IsSparse || width > MostForClosedForm
            ? ConjugateGradients.Solve(data, means, labelMean, penalty, context)
            : ClosedForm(data, means, labelMean, penalty, context);
        float[] weights = new float[width];
        double bias = labelMean;
        for (int f = 0; f < width; f++)
        {
            weights[f] = (float)w[f];
            if (!float.IsFinite(weights[f])) throw new TrainingException(trainer, $"the weight of feature '{data.Features.Features[f].Name}' is not finite; scale or clip the features.");
            bias -= weights[f] * means[f];
        }
        return new LinearModel(weights, [(float)bias], new IdentityLink());
    }

    public static CostHint Cost(DataShape data)
    {
        bool isSparse = data.StoredValues < (long)data.Rows * data.Features;
        return isSparse || data.Features > MostForClosedForm
            ? new CostHint(400.0 * data.StoredValues, (24L * data.Rows) + (64L * data.Features) + (1 << 16))
            : new CostHint((double)data.Rows * data.Features * data.Features, (16L * data.Features * data.Features) + (8L * BlockRows * (data.Features + 2L)) + (8L * data.Rows));
    }

    /// <summary>Weighted means of features and label.</summary>
    private static double Means(TrainingSet data, double[] means)
    {
        double total = 0, label = 0;
        for (int r = 0; r < data.Rows; r++)
        {
            double s = data.IsWeighted ? data.Weights[r] : 1;
            total += s;
            label += s * data.Labels[r];
            FeatureRow row = data.Features.Row(r);
            for (int i = 0; i < row.Values.Length; i++) means[row.IsSparse ? row.Indices[i] : i] += s * row.Values[i];
        }
        for (int f = 0; f < means.Length; f++) means[f] /= total;
        return label / total;
    }

    private static double[] ClosedForm(TrainingSet data, double[] means, double labelMean, double penalty, FitContext context)
    {
        int width = means.Length;
        double[] gram = new double[width * width], moments = new double[width];
        double[] block = new double[width * BlockRows], labels = new double[BlockRows];
        ParallelOptions options = new() { MaxDegreeOfParallelism = context.Threads };
        for (int start = 0; start < data.Rows; start += BlockRows)
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (context.IsOutOfTime) throw new TimeoutException($"Least squares ran out of time after {start} of {data.Rows} rows.");
            int count = Math.Min(BlockRows, data.Rows - start);
            for (int i = 0; i < count; i++)
            {
                double root = data.IsWeighted ? Math.Sqrt(data.Weights[start + i]) : 1;
                ReadOnlySpan<float> row = data.Features.Row(start + i).Values;
                labels[i] = root * (data.Labels[start + i] - labelMean);
                for (int f = 0; f < width; f++) block[(f * BlockRows) + i] = root * (row[f] - means[f]);
            }
            // Each entry is summed by one thread, block by block, so the result does not depend on threads.
            void AddRow(int f)
            {
                ReadOnlySpan<double> column = block.AsSpan(f * BlockRows, count);
                moments[f] += TensorPrimitives.Dot(column, labels.AsSpan(0, count));
                for (int g = 0; g <= f; g++) gram[(f * width) + g] += TensorPrimitives.Dot(column, block.AsSpan(g * BlockRows, count));
            }
            if (context.Threads > 1 && width >= 32) Parallel.For(0, width, options, AddRow);
            else for (int f = 0; f < width; f++) AddRow(f);
        }
        return PivotedCholesky.Solve(gram, moments, width, penalty, context.Cancel);
    }
}
