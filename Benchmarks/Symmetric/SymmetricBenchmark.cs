using System.Diagnostics;
using System.Globalization;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>Seconds a tree of symmetric boosting against LightGBM's at as many leaves, on the same numeric rows in the same run.</summary>
/// <remarks>Rounds alternate and the fastest of each are compared, which other work on the machine disturbs least. The time of a fit of one tree, which is mostly binning, is subtracted.</remarks>
internal sealed class SymmetricBenchmark : IBenchmark
{
    private const double Limit = 3;

    public string Name => "symmetric";

    public string Summary => "time a tree of symmetric boosting against LightGBM's with 64 leaves; arguments: [rounds] [threads]";

    public int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3, threads = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        Console.WriteLine($"{rounds} rounds, {threads} threads, 64 leaves; milliseconds a tree");
        bool isFast = true;
        foreach ((MLTask task, int rows, int features) in new[] { (MLTask.Binary, 5_000, 20), (MLTask.Binary, 50_000, 30), (MLTask.Regression, 50_000, 30), (MLTask.Multiclass, 20_000, 20) })
        {
            TrainingSet data = Data(task, rows, features);
            FitContext context = new() { Seed = 1, Threads = threads };
            double ours = double.PositiveInfinity, native = double.PositiveInfinity;
            for (int i = 0; i <= rounds; i++)
            {
                native = Math.Min(native, PerTree(trees => new MLPipes.LightGbm { Trees = trees, Leaves = 64, FeatureFraction = 1, BaggingFraction = 1 }, data, context));
                ours = Math.Min(ours, PerTree(trees => new SymmetricBoosting { Trees = trees }, data, context));
            }
            isFast &= ours <= Limit * native;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task,-10} {rows,6} rows {features,3} features: LightGBM {native,7:F3}, symmetric {ours,7:F3}, ratio {ours / native:F2}"));
        }
        Console.WriteLine(isFast ? "at most three times LightGBM's time" : "more than three times LightGBM's time");
        return isFast ? 0 : 1;
    }

    private static double PerTree(Func<int, ITrainer> trainer, TrainingSet data, FitContext context)
    {
        const int trees = 61;
        double one = Milliseconds(() => trainer(1).Fit(data, context)), all = Milliseconds(() => trainer(trees).Fit(data, context));
        return (all - one) / (trees - 1);
    }

    private static TrainingSet Data(MLTask task, int rows, int features)
    {
        Random random = new(1);
        float[] x = new float[rows * features], y = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = x.AsSpan(r * features, features);
            foreach (ref float value in row) value = (float)((random.NextDouble() * 2) - 1);
            double signal = row[0] + (row[1] * row[2]) + Math.Sin(3 * row[3]) + (0.5 * (random.NextDouble() - 0.5));
            y[r] = task switch { MLTask.Binary => signal > 0 ? 1 : 0, MLTask.Multiclass => (int)Math.Clamp(signal + 2.5, 0, 4), _ => (float)signal };
        }
        string[] classes = task switch { MLTask.Binary => ["0", "1"], MLTask.Multiclass => ["0", "1", "2", "3", "4"], _ => [] };
        return new TrainingSet(FeatureMatrix.Dense(x, features), new Target("y", task, y, classes));
    }

    private static double Milliseconds(Action act)
    {
        long start = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
