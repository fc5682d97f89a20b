using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>Made-up training sets with a known signal.</summary>
internal static class Synthetic
{
    public static readonly string[] NoYes = ["no", "yes"];

    public static TrainingSet Binary(int rows, int features = 6, int seed = 1, bool sparse = false, bool weighted = false) =>
        Make(MLTask.Binary, rows, features, seed, sparse, weighted, 2);

    public static TrainingSet Multiclass(int rows, int features = 6, int classes = 3, int seed = 1, bool sparse = false, bool weighted = false) =>
        Make(MLTask.Multiclass, rows, features, seed, sparse, weighted, classes);

    public static TrainingSet Regression(int rows, int features = 6, int seed = 1, bool sparse = false, bool weighted = false) =>
        Make(MLTask.Regression, rows, features, seed, sparse, weighted, 0);

    public static TrainingSet Of(MLTask task, int rows, int features = 6, int seed = 1, bool sparse = false, bool weighted = false) =>
        Make(task, rows, features, seed, sparse, weighted, task switch { MLTask.Binary => 2, MLTask.Multiclass => 3, _ => 0 });

    private static TrainingSet Make(MLTask task, int rows, int features, int seed, bool sparse, bool weighted, int classes)
    {
        Random random = new(seed);
        int outputs = Math.Max(1, task == MLTask.Multiclass ? classes : 1);
        double[] truth = new double[outputs * features];
        for (int i = 0; i < truth.Length; i++) truth[i] = Normal(random);
        float[] values = new float[rows * features], labels = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            Span<float> x = values.AsSpan(row * features, features);
            for (int f = 0; f < features; f++) x[f] = sparse && random.NextDouble() < 0.7 ? 0 : (float)Normal(random);
            double best = double.NegativeInfinity;
            for (int k = 0; k < outputs; k++)
            {
                double score = 0.3 * Normal(random);
                for (int f = 0; f < features; f++) score += truth[(k * features) + f] * x[f];
                if (task == MLTask.Multiclass && score > best) (best, labels[row]) = (score, k);
                if (task == MLTask.Binary) labels[row] = random.NextDouble() < 1 / (1 + Math.Exp(-score - 0.5)) ? 1 : 0;
                if (task == MLTask.Regression) labels[row] = (float)Math.Max(0, (5 * score) + 40);
            }
        }
        string[] names = task switch { MLTask.Binary => NoYes, MLTask.Multiclass => [.. Enumerable.Range(0, classes).Select(c => $"c{c}")], _ => [] };
        float[]? weights = weighted ? [.. Enumerable.Range(0, rows).Select(_ => (float)(0.2 + random.NextDouble()))] : null;
        FeatureMatrix dense = FeatureMatrix.Dense(values, features);
        return new TrainingSet(sparse ? Sparse(dense) : dense, new Target("y", task, labels, names), weights);
    }

    public static FeatureMatrix Sparse(FeatureMatrix dense)
    {
        List<float> values = [];
        List<int> indices = [], starts = [0];
        for (int row = 0; row < dense.Rows; row++)
        {
            ReadOnlySpan<float> x = dense.Row(row).Values;
            for (int f = 0; f < x.Length; f++)
                if (x[f] != 0) (values, indices).Add(x[f], f);
            starts.Add(values.Count);
        }
        return FeatureMatrix.Sparse([.. values], [.. indices], [.. starts], dense.Features);
    }

    private static void Add(this (List<float> Values, List<int> Indices) lists, float value, int index)
    {
        lists.Values.Add(value);
        lists.Indices.Add(index);
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Mean log-loss of class probabilities (binary: of the positive class).</summary>
    public static double LogLoss(IModel model, TrainingSet data)
    {
        float[] p = model.PredictAll(data.Features, threads: 1);
        double sum = 0;
        for (int row = 0; row < data.Rows; row++)
        {
            int label = (int)data.Labels[row];
            double right = model.OutputCount == 1 ? (label == 1 ? p[row] : 1 - p[row]) : p[(row * model.OutputCount) + label];
            sum -= Math.Log(Math.Max(1e-15, right));
        }
        return sum / data.Rows;
    }

    public static double Accuracy(IModel model, TrainingSet data)
    {
        float[] p = model.PredictAll(data.Features, threads: 1);
        int right = 0, outputs = model.OutputCount;
        float middle = model.Link is null ? 0 : 0.5f;
        for (int row = 0; row < data.Rows; row++)
        {
            int said = outputs == 1 ? (p[row] > middle ? 1 : 0) : p.AsSpan(row * outputs, outputs).IndexOf(p.AsSpan(row * outputs, outputs).ToArray().Max());
            if (said == (int)data.Labels[row]) right++;
        }
        return (double)right / data.Rows;
    }

    public static double Rmse(IModel model, TrainingSet data)
    {
        float[] p = model.PredictAll(data.Features, threads: 1);
        double sum = 0;
        for (int row = 0; row < data.Rows; row++) sum += Math.Pow(p[row] - data.Labels[row], 2);
        return Math.Sqrt(sum / data.Rows);
    }
}
