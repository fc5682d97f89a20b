using System.Diagnostics;
using System.Runtime.InteropServices;
using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes.Benchmarks;

/// <summary>Our LightGBM fit against the native library's own loop on the same bins, parameters and validation rows.</summary>
/// <remarks>
/// Native: create a booster on the data set, one call an iteration, and where there are validation rows the library's own evaluation of
/// them each iteration, as its early stopping does; no model is taken out. Ours: a fit on a matrix whose bins are there, with the checks between
/// iterations, evaluation of the validation loss, and the trees as a model of ours. Rounds alternate, and the fastest of each are compared,
/// which other work on the machine disturbs least.
/// </remarks>
internal sealed partial class BoostingBenchmark : IBenchmark
{
    public string Name => "lightgbm";

    public string Summary => "LightGBM training through ours against the native library's own loop; arguments: [rounds] [threads]";

    public int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 5;
        int threads = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 2;
        Console.WriteLine($"{rounds} rounds, {threads} threads; milliseconds of the fastest round");
        bool isFast = true;
        foreach ((MLTask task, int rows, int features, int trees, bool validates) in new[]
                 {
                     (MLTask.Binary, 5_000, 20, 200, false), (MLTask.Binary, 5_000, 20, 200, true), (MLTask.Binary, 50_000, 30, 200, true),
                     (MLTask.Regression, 50_000, 30, 200, true), (MLTask.Multiclass, 20_000, 20, 60, true),
                 })
        {
            TrainingSet data = Data(task, rows, features, seed: 1), held = Data(task, rows / 8, features, seed: 2);
            MLPipes.LightGbm trainer = new() { Trees = trees, Patience = 100_000 };
            FitContext context = new() { Seed = 1, Threads = threads, Validation = validates ? held : null };
            trainer.Fit(data, context);
            List<double> ours = [], native = [];
            for (int i = 0; i < rounds; i++)
            {
                native.Add(Milliseconds(() => Native(trainer, data, validates ? held : null, trees, threads)));
                ours.Add(Milliseconds(() => trainer.Fit(data, context)));
            }
            double ratio = ours.Min() / native.Min();
            isFast &= ratio <= 1.05;
            Console.WriteLine($"{task,-10} {rows,6} rows {features,3} features {trees,4} trees {(validates ? "validation" : "          ")}: native {native.Min(),8:F1}, ours {ours.Min(),8:F1}, ratio {ratio:F3}");
        }
        Console.WriteLine(isFast ? "at most 5 % above the native loop" : "more than 5 % above the native loop");
        return isFast ? 0 : 1;
    }

    private static void Native(MLPipes.LightGbm trainer, TrainingSet data, TrainingSet? held, int trees, int threads)
    {
        using LightGbmThreads.Turn turn = LightGbmThreads.Enter(threads);
        using BinnedSets.Lease lease = BinnedSets.Borrow(data.Features, trainer.MaxBin, trainer.LinearLeaves, data.Labels.ToArray(), [], threads);
        string metric = data.Task switch { MLTask.Binary => "binary_logloss", MLTask.Multiclass => "multi_logloss", _ => "l2" };
        string parameters = BoosterParameters.Of(trainer, LightGbmLabels.Resolve(trainer, data), data.Shape, 1, seed: 1, threads).Replace("metric=None", $"metric={metric}", StringComparison.Ordinal);
        LightGbmNative.Check(LightGbmNative.BoosterCreate(lease.Handle, parameters, out BoosterHandle booster));
        using (booster)
        {
            if (held is not null) LightGbmNative.Check(LightGbmNative.BoosterAddValidation(booster, lease.Align(held.Features, threads)));
            for (int i = 0; i < trees; i++)
            {
                LightGbmNative.Check(LightGbmNative.BoosterUpdate(booster, out _));
                if (held is not null) LightGbmNative.Check(Evaluate(booster, 1, out int metrics, out _) | (metrics == 1 ? 0 : -1));
            }
        }
    }

    [LibraryImport("lib_lightgbm", EntryPoint = "LGBM_BoosterGetEval")]
    private static partial int Evaluate(BoosterHandle booster, int dataSet, out int count, out double values);

    private static TrainingSet Data(MLTask task, int rows, int features, int seed)
    {
        Random random = new(seed);
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
