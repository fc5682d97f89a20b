using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class NeuralNetworkTests
{
    private static readonly NeuralNetwork mlp = new() { Width = 32, Layers = 2, Epochs = 30 };
    private static readonly TabM ensemble = new() { Members = 5, Width = 32, Layers = 2, Epochs = 30, Bins = 12, LearningRate = 0.01 };

    public static IEnumerable<object[]> Both => [[mlp], [ensemble]];

    public static IEnumerable<object[]> BothForEachTask => from task in Enum.GetValues<MLTask>() from network in (IRoundTrainer[])[mlp, ensemble] select new object[] { network, task };

    public static IEnumerable<object[]> BothOnFewRows => from rows in (int[])[1, 2, 33] from network in (IRoundTrainer[])[mlp, ensemble] select new object[] { network, rows };

    public static IEnumerable<object[]> Hasty => [[mlp with { LearningRate = 100 }], [mlp with { LearningRate = 30 }], [ensemble with { LearningRate = 100 }], [ensemble with { LearningRate = 1 }]];

    [TestMethod, DynamicData(nameof(BothForEachTask))]
    public void Threads_change_no_bit_and_seeds_do(IRoundTrainer small, MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 700, seed: 1, weighted: true), held = Boosted.Data(task, rows: 90, seed: 2);
        FeatureMatrix fresh = Boosted.Odd(data.Features);

        float[] one = small.FitChecked(data, new FitContext { Seed = 5, Threads = 1, Validation = held }).ScoreAll(fresh);
        float[] four = small.FitChecked(data, new FitContext { Seed = 5, Threads = 4, Validation = held }).ScoreAll(fresh);
        float[] other = small.FitChecked(data, new FitContext { Seed = 6, Threads = 4, Validation = held }).ScoreAll(fresh);

        CollectionAssert.AreEqual(one, four);
        CollectionAssert.AreNotEqual(one, other);
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void Exclusive_or_is_learned(IRoundTrainer small)
    {
        (float[] x, Random random) = (new float[800], new Random(1));
        for (int i = 0; i < x.Length; i++) x[i] = (float)((random.NextDouble() * 2) - 1);
        float[] y = [.. Enumerable.Range(0, 400).Select(r => x[2 * r] * x[(2 * r) + 1] > 0 ? 1f : 0f)];

        Assert.IsGreaterThan(0.95, Accuracy(small, x, 2, y, MLTask.Binary, ["no", "yes"]));
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void Three_spirals_are_told_apart(IRoundTrainer small)
    {
        (float[] x, float[] y, Random random) = (new float[1200], new float[600], new Random(2));
        for (int r = 0; r < 600; r++)
        {
            double along = random.NextDouble(), angle = (4 * along) + (r % 3 * 2 * Math.PI / 3) + (0.1 * random.NextDouble());
            (x[2 * r], x[(2 * r) + 1], y[r]) = ((float)(along * Math.Cos(angle)), (float)(along * Math.Sin(angle)), r % 3);
        }

        Assert.IsGreaterThan(0.95, Accuracy(small, x, 2, y, MLTask.Multiclass, ["a", "b", "c"]));
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void A_smooth_function_is_learned(IRoundTrainer small)
    {
        (float[] x, Random random) = (new float[1200], new Random(3));
        for (int i = 0; i < x.Length; i++) x[i] = (float)((random.NextDouble() * 4) - 2);
        float[] y = [.. Enumerable.Range(0, 600).Select(r => (float)(1e4 + (3e3 * Math.Sin(2 * x[2 * r]) * x[(2 * r) + 1])))];
        TrainingSet data = new(FeatureMatrix.Dense(x, 2), new Target("y", MLTask.Regression, y, []));

        float[] predictions = small.FitChecked(data, new FitContext { Threads = 1 }).PredictAll(data.Features);

        double error = predictions.Zip(y, (p, t) => Math.Pow(p - t, 2)).Average(), spread = y.Average(t => Math.Pow(t - y.Average(), 2));
        Assert.IsLessThan(0.03 * spread, error);
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void Rows_of_weight_zero_are_as_if_they_were_not_there(IRoundTrainer small)
    {
        TrainingSet data = Boosted.Data(MLTask.Multiclass, rows: 300, seed: 4);
        float[] weights = [.. Enumerable.Range(0, 300).Select(r => r % 3 == 0 ? 0f : 1)];
        int[] kept = [.. Enumerable.Range(0, 300).Where(r => r % 3 != 0)];

        float[] weighted = small.FitChecked(new TrainingSet(data.Features, data.Target, weights), new FitContext { Threads = 1 }).ScoreAll(data.Features);
        float[] taken = small.FitChecked(data.Take(kept), new FitContext { Threads = 1 }).ScoreAll(data.Features);

        CollectionAssert.AreEqual(taken, weighted);
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void A_refit_by_its_rounds_is_of_as_many_epochs(IRoundTrainer small)
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 300, seed: 4), held = Boosted.Data(MLTask.Binary, rows: 100, seed: 5);
        IModel watched = small.FitChecked(data, new FitContext { Threads = 1, Validation = held });
        int rounds = small.RoundsOf(watched);

        IModel refit = small.WithRounds(Math.Max(1, rounds)).FitChecked(data, new FitContext { Threads = 1 });

        Assert.IsLessThanOrEqualTo(30, rounds);
        Assert.AreEqual(Math.Max(1, rounds), small.RoundsOf(refit));
    }

    [TestMethod, DynamicData(nameof(BothOnFewRows))]
    public void Few_rows_and_worthless_columns_give_finite_predictions(IRoundTrainer small, int rows)
    {
        foreach (MLTask task in Enum.GetValues<MLTask>())
        {
            // Constant, missing, vast, infinite, and one that is known in one row only.
            float[] x = [.. Enumerable.Range(0, rows).SelectMany(r => new[] { 3, float.NaN, r % 2 == 0 ? 1e30f : -1e30f, r == 0 ? float.PositiveInfinity : r, r == 1 ? 1 : float.NaN })];
            float[] y = [.. Enumerable.Range(0, rows).Select(r => task == MLTask.Regression ? (r % 2 == 0 ? 1e30f : 2e30f) : r % 2)];
            TrainingSet data = new(FeatureMatrix.Dense(x, 5), new Target("y", task, y, task switch { MLTask.Binary => ["a", "b"], MLTask.Multiclass => ["a", "b", "never"], _ => [] }));

            float[] predictions = small.FitChecked(data, new FitContext { Threads = 1, Validation = data }).PredictAll(data.Features);

            Assert.IsTrue(predictions.All(float.IsFinite), $"{task}: {string.Join(", ", predictions)}");
        }
    }

    [TestMethod, DynamicData(nameof(Hasty))]
    public void Rates_that_run_away_end_in_finite_predictions(IRoundTrainer hasty)
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 200, seed: 6);

        float[] predictions = hasty.FitChecked(data, new FitContext { Threads = 1 }).PredictAll(Boosted.Odd(data.Features));

        Assert.IsTrue(predictions.All(float.IsFinite));
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void A_deadline_that_has_passed_gives_what_is_known_without_learning(IRoundTrainer small)
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 200, seed: 6);

        float[] predictions = small.FitChecked(data, new FitContext { Threads = 1, Deadline = DateTimeOffset.UnixEpoch }).PredictAll(data.Features);

        float share = data.Labels.ToArray().Average();
        Assert.IsTrue(predictions.All(p => Math.Abs(p - share) < 0.01), $"{predictions[0]} for {share}");
    }

    [TestMethod]
    public void The_rate_falls_to_zero_at_the_end_of_each_of_four_waves()
    {
        NetWaves waves = new();
        foreach (int wave in new[] { 1, 2, 3, 4 })
        {
            double end = (Math.Pow(2, wave) - 1) / 15;
            Assert.AreEqual(0, waves.Rate(end), 1e-9);
            Assert.AreEqual(wave, NetWaves.EndedCycles(end));
        }
        Assert.AreEqual(0, waves.Restraint(1), 1e-9);
    }

    private static double Accuracy(IRoundTrainer trainer, float[] x, int width, float[] y, MLTask task, string[] classes)
    {
        TrainingSet data = new(FeatureMatrix.Dense(x, width), new Target("y", task, y, classes));
        IModel model = trainer.FitChecked(data, new FitContext { Threads = 1 });
        float[] p = model.PredictAll(data.Features);
        int outputs = model.OutputCount;
        return Enumerable.Range(0, y.Length).Average(r => (outputs == 1 ? p[r] > 0.5f ? 1 : 0 : Array.IndexOf(p[(r * outputs)..((r + 1) * outputs)], p[(r * outputs)..((r + 1) * outputs)].Max())) == (int)y[r] ? 1.0 : 0);
    }
}
