using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class SymmetricBoostingTests
{
    private static readonly string[] noYes = ["n", "y"];

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    [DataRow(MLTask.Regression)]
    public void Threads_do_not_change_the_model(MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 40_000, seed: 1, weighted: true);
        SymmetricBoosting trainer = new() { Trees = 3, FeatureFraction = 0.7, Subsample = 0.8 };

        FeatureMatrix fresh = Boosted.Odd(data.Features);
        float[] one = trainer.FitChecked(data, new FitContext { Seed = 5, Threads = 1 }).ScoreAll(fresh);
        float[] four = trainer.FitChecked(data, new FitContext { Seed = 5, Threads = 4 }).ScoreAll(fresh);
        float[] other = trainer.FitChecked(data, new FitContext { Seed = 6, Threads = 4 }).ScoreAll(fresh);

        CollectionAssert.AreEqual(one, four);
        CollectionAssert.AreNotEqual(one, other);
    }

    [TestMethod]
    public void Trees_send_rows_to_the_leaves_that_bins_do()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 600, seed: 2);
        FeatureMatrix odd = Boosted.Odd(data.Features);
        TrainingSet held = new(odd, new Target("y", MLTask.Binary, new float[odd.Rows], noYes));
        using WorkTeam team = new(1);
        SplitColumn[] columns = ColumnBins.Of(data, held, borders: 40, oneCodeLimit: 60, orders: 2, new FitContext { Seed = 1 }, team);
        Random random = new(3);

        for (int round = 0; round < 50; round++)
        {
            LevelSplit[] splits = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => columns[random.Next(columns.Length)])
                .Select(c => new LevelSplit(c, random.Next(Math.Max(1, c.Bins - (c.Kind == SplitKind.OneCode ? 0 : 1))), c.Kind == SplitKind.Quantity && random.Next(2) == 0))];
            float[] values = [.. Enumerable.Range(0, 1 << splits.Length).Select(leaf => (float)leaf)];
            byte[] leaves = new byte[SplitColumn.Padded(odd.Rows)];
            for (int level = 0; level < splits.Length; level++) LeafRows.Mark(leaves, splits[level].Column.Validation, splits[level], level, 0, leaves.Length);
            TreeEnsembleBuilder builder = new(odd.Width, 1);
            builder.Add(new SymmetricTree(splits, [values]).ToTree(1));
            float[] scores = builder.Build().ScoreAll(odd);
            for (int row = 0; row < odd.Rows; row++) Assert.AreEqual(leaves[row], scores[row], $"row {row}, {string.Join(", ", splits.Select(s => $"{s.Column.Kind} {s.Column.Feature} {s.Bin} {s.MissingLeft}"))}");
        }
    }

    [TestMethod]
    public void A_random_category_of_many_levels_does_no_harm()
    {
        TrainingSet data = WithCategory(1500, 500, seed: 1, (_, random) => random.Next(2)), fresh = WithCategory(1500, 500, seed: 2, (_, random) => random.Next(2));

        float[] predictions = new SymmetricBoosting { Trees = 100 }.FitChecked(data, new FitContext { Seed = 1 }).PredictAll(fresh.Features);

        Assert.IsLessThan(0.73, Metric.Find("logloss", MLTask.Binary).Evaluate(fresh.Target, predictions), "an even guess has 0.693; a leak makes predictions sure and wrong");
    }

    [TestMethod]
    public void A_category_of_many_levels_is_learned()
    {
        TrainingSet data = WithCategory(6000, 300, seed: 1, (level, random) => random.NextDouble() < (level * 7919 % 10 / 10.0) ? 1 : 0);
        TrainingSet fresh = WithCategory(3000, 300, seed: 2, (level, random) => random.NextDouble() < (level * 7919 % 10 / 10.0) ? 1 : 0);

        float[] predictions = new SymmetricBoosting { Trees = 100 }.FitChecked(data, new FitContext { Seed = 1 }).PredictAll(fresh.Features);

        // Knowing every level's share gives 0.83.
        Assert.IsGreaterThan(0.78, Metric.Find("auc", MLTask.Binary).Evaluate(fresh.Target, predictions));
    }

    [TestMethod]
    public void Missing_values_take_a_side_of_their_own()
    {
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(3) == 0 ? float.NaN : random.Next(10))];
        TrainingSet data = new(FeatureMatrix.Dense(x, 1), new Target("y", MLTask.Regression, [.. x.Select(v => float.IsNaN(v) || v > 6 ? 5f : 1f)], []));

        float[] predictions = new SymmetricBoosting { Trees = 200 }.FitChecked(data, new FitContext { Seed = 1 }).PredictAll(data.Features);

        for (int row = 0; row < predictions.Length; row++) Assert.AreEqual(data.Labels[row], predictions[row], 0.05, $"row {row}: {x[row]}");
    }

    [TestMethod]
    public void A_weight_of_two_is_a_row_twice()
    {
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, 800).Select(_ => (float)random.Next(30))];
        float[] y = [.. Enumerable.Range(0, 400).Select(r => (x[2 * r] * x[(2 * r) + 1]) + (5 * (float)random.NextDouble()))];
        float[] weights = [.. Enumerable.Range(0, 400).Select(r => r % 2 == 0 ? 2f : 1f)];
        TrainingSet plain = new(FeatureMatrix.Dense(x, 2), new Target("y", MLTask.Regression, y, []));
        int[] twice = [.. Enumerable.Range(0, 400).SelectMany(r => r % 2 == 0 ? new[] { r, r } : [r])];
        SymmetricBoosting trainer = new() { Trees = 20, BaggingTemperature = 0, RandomStrength = 0, LearningRate = 0.1, Depth = 4 };

        float[] weighted = trainer.FitChecked(new TrainingSet(plain.Features, plain.Target, weights), new FitContext { Seed = 1 }).ScoreAll(plain.Features);
        float[] repeated = trainer.FitChecked(plain.Take(twice), new FitContext { Seed = 1 }).ScoreAll(plain.Features);

        for (int row = 0; row < y.Length; row++) Assert.AreEqual(repeated[row], weighted[row], 0.05 * 250, $"row {row}");
        Assert.IsGreaterThan(0.999, Correlation(weighted, repeated));
    }

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    [DataRow(MLTask.Regression)]
    public void Features_that_do_not_vary_leave_the_mean(MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 100, seed: 1);
        TrainingSet constant = new(FeatureMatrix.Dense(new float[200], [new("a", "a"), new("b", "b", 7)]), data.Target);

        IModel model = new SymmetricBoosting().FitChecked(constant, new FitContext { Seed = 1 });

        Assert.IsEmpty(((TreeEnsembleModel)model).Trees);
        float[] predictions = model.PredictAll(constant.Features);
        double expected = task == MLTask.Regression ? data.Labels.ToArray().Average() : data.Labels.ToArray().Count(l => l == data.Shape.Outputs - (task == MLTask.Binary ? 0 : 1)) / 100.0;
        Assert.AreEqual(expected, predictions[data.Shape.Outputs - 1], 1e-4);
    }

    [TestMethod]
    public void The_deadline_keeps_the_trees_so_far()
    {
        Ticking time = new();
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 300, seed: 1);

        IModel model = new SymmetricBoosting().FitChecked(data, new FitContext { Seed = 1, Time = time, Deadline = time.GetUtcNow() + TimeSpan.FromMilliseconds(200) });

        int trees = ((TreeEnsembleModel)model).Trees.Count;
        Assert.IsTrue(trees is > 0 and < 500, $"{trees} trees");
    }

    [TestMethod]
    public void Rounds_can_be_taken_over()
    {
        TrainingSet data = Boosted.Data(MLTask.Multiclass, rows: 500, seed: 1), held = Boosted.Data(MLTask.Multiclass, rows: 300, seed: 2);
        SymmetricBoosting trainer = new() { Patience = 5, LearningRate = 0.3 };

        int rounds = trainer.RoundsOf(trainer.FitChecked(data, new FitContext { Seed = 1, Validation = held }));
        ITrainer again = trainer.WithRounds(rounds);

        Assert.IsTrue(rounds is > 0 and < 1000, $"{rounds} rounds");
        Assert.AreEqual(rounds, trainer.RoundsOf(again.FitChecked(data, new FitContext { Seed = 1 })));
    }

    [TestMethod, TestCategory("Slow")]
    public void It_is_as_good_as_LightGBM_with_interactions_and_categories()
    {
        foreach (MLTask task in Enum.GetValues<MLTask>())
        {
            TrainingSet data = Boosted.Data(task, rows: 1500, seed: 1), held = Boosted.Data(task, rows: 500, seed: 2), fresh = Boosted.Data(task, rows: 3000, seed: 3);
            Metric metric = Metric.Find(task == MLTask.Regression ? "rmse" : "logloss", task);
            FitContext context = new() { Seed = 1, Validation = held };

            double ours = metric.Evaluate(fresh.Target, new SymmetricBoosting().FitChecked(data, context).PredictAll(fresh.Features));
            double native = metric.Evaluate(fresh.Target, new LightGbm().FitChecked(data, context).PredictAll(fresh.Features));

            Assert.IsLessThan(1.1 * native, ours, $"{task}");
        }
    }

    private static TrainingSet WithCategory(int rows, int levels, int seed, Func<int, Random, int> label)
    {
        Random random = new(seed);
        float[] x = new float[rows * 2], y = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            int level = random.Next(levels);
            (x[2 * r], x[(2 * r) + 1]) = ((float)random.NextDouble(), level);
            y[r] = label(level, random);
        }
        return new TrainingSet(FeatureMatrix.Dense(x, [new("noise", "noise"), new("level", "level", levels)]), new Target("y", MLTask.Binary, y, noYes));
    }

    private static double Correlation(float[] a, float[] b)
    {
        double meanA = a.Average(), meanB = b.Average(), ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.Sqrt(aa * bb);
    }

    /// <summary>A clock that moves on by a millisecond each time it is read.</summary>
    private sealed class Ticking : TimeProvider
    {
        private long reads;

        public override long TimestampFrequency => 1000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMilliseconds(Interlocked.Increment(ref reads));

        public override long GetTimestamp() => Interlocked.Increment(ref reads);
    }
}
