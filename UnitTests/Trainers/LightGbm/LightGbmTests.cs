using System.Diagnostics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class LightGbmTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    [DataRow(MLTask.Regression)]
    public void Threads_do_not_change_the_model(MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 3000, seed: 1, weighted: true);
        LightGbm trainer = new() { Trees = 30 };

        float[] one = trainer.FitChecked(data, new FitContext { Seed = 3, Threads = 1 }).ScoreAll(data.Features);
        float[] four = trainer.FitChecked(data, new FitContext { Seed = 3, Threads = 4 }).ScoreAll(data.Features);

        CollectionAssert.AreEqual(one, four);
    }

    [TestMethod]
    public void Fits_at_the_same_time_give_what_fits_in_turn_give()
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 2000, seed: 2);
        TrainingSet[] labelled = [.. Enumerable.Range(0, 6).Select(k => data.With(new Target("y", MLTask.Regression, [.. data.Labels.ToArray().Select(y => y * (k + 1))], [])))];
        float[] Scores(int k, int threads) =>
            new LightGbm { Trees = 30, MaxBin = k % 2 == 0 ? 255 : 63 }.FitChecked(labelled[k], new FitContext { Seed = k, Threads = threads }).ScoreAll(data.Features);
        float[][] inTurn = [.. Enumerable.Range(0, 6).Select(k => Scores(k, 1))];
        float[][] together = new float[6][];

        Parallel.For(0, 6, k => together[k] = Scores(k, 1 + (k % 3)));

        for (int k = 0; k < 6; k++) CollectionAssert.AreEqual(inTurn[k], together[k]);
    }

    [TestMethod]
    public void Early_stopping_keeps_the_best_iteration()
    {
        TrainingSet train = Noisy(rows: 400, seed: 1), held = Noisy(rows: 400, seed: 2);
        LightGbm trainer = new() { LearningRate = 0.3, Trees = 300, Patience = 5 };
        FitContext context = new() { Seed = 1, Threads = 1 };

        TreeEnsembleModel stopped = (TreeEnsembleModel)trainer.FitChecked(train, context with { Validation = held });

        Assert.IsLessThan(300, stopped.Trees.Count);
        double kept = SquaredError(stopped, held);
        for (int trees = 1; trees <= Math.Min(50, stopped.Trees.Count + 25); trees++)
            Assert.IsGreaterThanOrEqualTo(kept - 1e-9, SquaredError(trainer with { Trees = trees }, train, held, context), $"{trees} trees are better than {stopped.Trees.Count}");
    }

    [TestMethod]
    public void Integer_weights_are_repeated_rows()
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 500, seed: 6);
        float[] weights = [.. Enumerable.Range(0, 500).Select(r => 1f + (r % 3))];
        int[] repeated = [.. Enumerable.Range(0, 500).SelectMany(r => Enumerable.Repeat(r, 1 + (r % 3)))];
        // Rows, not weights, count for the size of leaves and bins: leaves are held by weight, and values are few, so that bins agree.
        LightGbm trainer = new() { Trees = 30, MinDataInLeaf = 1, MinHessianInLeaf = 20, BaggingFraction = 1 };
        FitContext context = new() { Seed = 1, Threads = 1 };
        TrainingSet numeric = Coarse(data, 5);

        float[] weighted = trainer.FitChecked(new TrainingSet(numeric.Features, numeric.Target, weights), context).ScoreAll(numeric.Features);
        float[] longer = trainer.FitChecked(numeric.Take(repeated), context).ScoreAll(numeric.Features);

        double difference = weighted.Zip(longer, (a, b) => Math.Abs(a - b)).Average();
        Assert.IsLessThan(1e-4, difference);
    }

    [TestMethod]
    public void Balanced_classes_raise_the_rare_class()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 1000, seed: 4);
        int[] rare = [.. Enumerable.Range(0, 1000).Where(r => data.Labels[r] == 0 || r % 10 == 0)];
        TrainingSet skewed = data.Take(rare);

        float plain = new LightGbm { Trees = 30 }.FitChecked(skewed, new FitContext()).PredictAll(skewed.Features).Average();
        float balanced = new LightGbm { Trees = 30, ClassWeights = ClassWeights.Balanced }.FitChecked(skewed, new FitContext()).PredictAll(skewed.Features).Average();

        Assert.AreEqual(skewed.Labels.ToArray().Average(), plain, 0.03);
        Assert.IsGreaterThan(plain + 0.05f, balanced);
    }

    [TestMethod]
    public void A_quantile_has_its_share_of_labels_below()
    {
        TrainingSet data = Noisy(rows: 3000, seed: 1);

        float[] high = new LightGbm { Objective = BoostingObjective.Quantile, Quantile = 0.9, Trees = 50 }.FitChecked(data, new FitContext()).PredictAll(data.Features);

        double below = Enumerable.Range(0, data.Rows).Average(r => data.Labels[r] <= high[r] ? 1.0 : 0);
        Assert.AreEqual(0.9, below, 0.03);
    }

    [TestMethod]
    public void Options_that_do_not_fit_the_data_are_refused()
    {
        TrainingSet classes = Boosted.Data(MLTask.Binary, 100, 1), numbers = Boosted.Data(MLTask.Regression, 100, 1);

        OptionsException task = Assert.ThrowsExactly<OptionsException>(() => new LightGbm { Objective = BoostingObjective.Poisson }.FitChecked(classes, new FitContext()));
        TrainingException range = Assert.ThrowsExactly<TrainingException>(() => new LightGbm { Objective = BoostingObjective.Gamma }.FitChecked(numbers, new FitContext()));
        OptionsException bounds = Assert.ThrowsExactly<OptionsException>(() => new LightGbm { Leaves = 1, FeatureFraction = 0, L2 = -1 }.FitChecked(numbers, new FitContext()));

        Assert.Contains("regressions", task.Message);
        Assert.Contains("above 0", range.Message);
        Assert.HasCount(3, bounds.Problems);
    }

    [TestMethod]
    public void A_native_refusal_is_told_in_its_own_words()
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, 50, 1);
        using DatasetHandle bins = Boosted.Bin(data, "");

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() =>
            LightGbmNative.Check(LightGbmNative.BoosterCreate(bins, "objective=regression num_leaves=1 verbosity=-1", out _)));

        Assert.Contains("num_leaves", error.Message);
    }

    [TestMethod]
    public void Columns_without_information_leave_the_mean()
    {
        TrainingSet data = new(FeatureMatrix.Dense(Enumerable.Repeat(float.NaN, 60).ToArray(), 2), new Target("y", MLTask.Regression, [.. Enumerable.Range(0, 30).Select(i => (float)i)], []));

        float[] predictions = new LightGbm().FitChecked(data, new FitContext()).PredictAll(data.Features);

        foreach (float p in predictions) Assert.AreEqual(14.5, p, 1e-3);
    }

    [TestMethod, TestCategory("Slow")]
    public void A_big_fit_ends_near_its_deadline_and_when_cancelled()
    {
        TrainingSet data = Boosted.Data(MLTask.Multiclass, rows: 100_000, seed: 1);
        LightGbm trainer = new() { Trees = 5000 };
        new LightGbm { Trees = 1 }.FitChecked(data, new FitContext { Threads = 2 });

        Stopwatch clock = Stopwatch.StartNew();
        IModel model = trainer.FitChecked(data, new FitContext { Threads = 2, Deadline = DateTimeOffset.UtcNow.AddSeconds(1.5) });
        double deadline = clock.Elapsed.TotalSeconds;
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(1));
        clock.Restart();
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.FitChecked(data, new FitContext { Threads = 2, Cancel = source.Token }));

        TestContext.WriteLine($"deadline of 1.5 s: {deadline:F2} s; cancelled at 1 s: {clock.Elapsed.TotalSeconds:F2} s");
        Assert.IsGreaterThan(0, ((TreeEnsembleModel)model).Trees.Count);
        Assert.IsLessThan(1.8, deadline);
        Assert.IsLessThan(1.3, clock.Elapsed.TotalSeconds);
    }

    [TestMethod, TestCategory("Slow")]
    public void Two_hundred_fits_leave_no_native_memory_behind()
    {
        long after = 0;
        for (int i = 0; i < 200; i++)
        {
            TrainingSet data = Boosted.Data(MLTask.Regression, rows: 20_000, seed: i), held = Boosted.Data(MLTask.Regression, rows: 2000, seed: i + 1000);
            new LightGbm { Trees = 2 }.FitChecked(data, new FitContext { Threads = 1, Validation = held });
            if (i == 40) after = Resident();
        }
        long growth = (Resident() - after) >> 20;

        TestContext.WriteLine($"grew by {growth} MB over 160 fits");
        Assert.IsLessThan(60, growth);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static TrainingSet Coarse(TrainingSet data, int feature)
    {
        int width = data.Features.Width;
        float[] kept = [.. data.Features.Values.ToArray().Where((_, i) => i % width != feature).Select(v => MathF.Round(2 * v))];
        return new TrainingSet(FeatureMatrix.Dense(kept, width - 1), data.Target);
    }

    private static TrainingSet Noisy(int rows, int seed)
    {
        Random random = new(seed);
        float[] x = [.. Enumerable.Range(0, rows * 3).Select(_ => (float)random.NextDouble())];
        float[] y = [.. Enumerable.Range(0, rows).Select(r => x[r * 3] + (float)(random.NextDouble() + random.NextDouble() - 1))];
        return new TrainingSet(FeatureMatrix.Dense(x, 3), new Target("y", MLTask.Regression, y, []));
    }

    private static double SquaredError(LightGbm trainer, TrainingSet train, TrainingSet held, FitContext context) => SquaredError(trainer.FitChecked(train, context), held);

    private static double SquaredError(IModel model, TrainingSet held)
    {
        float[] p = model.PredictAll(held.Features);
        return Enumerable.Range(0, held.Rows).Average(r => Math.Pow(p[r] - held.Labels[r], 2));
    }
}
