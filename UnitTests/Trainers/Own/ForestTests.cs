using System.Diagnostics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class ForestTests
{
    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Forests => from trainer in new ITrainer[] { new ExtraTrees { Trees = 20 }, new RandomForest { Trees = 20 } }
                                                   from task in Enum.GetValues<MLTask>()
                                                   select new object[] { trainer, task };

    [TestMethod, DynamicData(nameof(Forests))]
    public void Threads_do_not_change_the_forest(ITrainer trainer, MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 400, seed: 1, weighted: true);

        FeatureMatrix fresh = Boosted.Odd(data.Features);
        float[] one = trainer.FitChecked(data, new FitContext { Seed = 5, Threads = 1 }).ScoreAll(fresh);
        float[] four = trainer.FitChecked(data, new FitContext { Seed = 5, Threads = 4 }).ScoreAll(fresh);
        float[] other = trainer.FitChecked(data, new FitContext { Seed = 6, Threads = 4 }).ScoreAll(fresh);

        CollectionAssert.AreEqual(one, four);
        CollectionAssert.AreNotEqual(one, other);
    }

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    [DataRow(MLTask.Regression)]
    public void Full_trees_on_all_rows_give_back_their_labels(MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 500, seed: 2);

        float[] predictions = new ExtraTrees { Trees = 5 }.FitChecked(data, new FitContext { Seed = 1 }).PredictAll(data.Features);

        int outputs = data.Shape.Outputs;
        for (int r = 0; r < data.Rows; r++)
        {
            float expected = data.Labels[r], actual = outputs > 1 ? predictions[(r * outputs) + (int)expected] : predictions[r];
            Assert.AreEqual(outputs > 1 ? 1 : expected, actual, 1e-4, $"row {r}");
        }
    }

    [TestMethod, DynamicData(nameof(Forests))]
    public void A_label_that_only_a_category_knows_is_learned(ITrainer trainer, MLTask task)
    {
        Random random = new(1);
        float[] x = new float[2000], y = new float[1000];
        for (int r = 0; r < 1000; r++)
        {
            (x[2 * r], x[(2 * r) + 1]) = ((float)random.NextDouble(), random.Next(12));
            y[r] = (int)x[(2 * r) + 1] % (task == MLTask.Binary ? 2 : 3);
        }
        TrainingSet data = new(FeatureMatrix.Dense(x, [new("noise", "noise"), new("code", "code", 12)]),
            new Target("y", task, y, task switch { MLTask.Binary => ["a", "b"], MLTask.Multiclass => ["a", "b", "c"], _ => [] }));
        ITrainer leafy = trainer is ExtraTrees extra ? extra with { MinLeaf = 20, FeatureFraction = 1 } : (RandomForest)trainer with { MinLeaf = 20, FeatureFraction = 1 };

        float[] predictions = leafy.FitChecked(data, new FitContext { Seed = 1 }).PredictAll(data.Features);

        int outputs = data.Shape.Outputs;
        for (int r = 0; r < data.Rows; r++)
            Assert.AreEqual(outputs > 1 ? 1 : y[r], outputs > 1 ? predictions[(r * outputs) + (int)y[r]] : predictions[r], 0.35, $"row {r}");
    }

    [TestMethod, DynamicData(nameof(Forests))]
    public void Missing_values_take_the_side_that_fits(ITrainer trainer, MLTask task)
    {
        // Known values all have the first label, missing ones the last.
        float[] x = [.. Enumerable.Range(0, 400).Select(r => r % 2 == 0 ? float.NaN : r)];
        float last = task == MLTask.Multiclass ? 2 : 1;
        float[] y = [.. Enumerable.Range(0, 400).Select(r => r % 2 == 0 ? last : 0)];
        TrainingSet data = new(FeatureMatrix.Dense(x, 1), new Target("y", task, y, task switch { MLTask.Binary => ["a", "b"], MLTask.Multiclass => ["a", "b", "c"], _ => [] }));

        float[] predictions = trainer.FitChecked(data, new FitContext { Seed = 1 }).PredictAll(data.Features);

        int outputs = data.Shape.Outputs;
        for (int r = 0; r < data.Rows; r++) Assert.AreEqual(y[r] > 0 ? 1 : 0, predictions[(r * outputs) + outputs - 1], 1e-6);
    }

    [TestMethod]
    public void Rows_of_weight_zero_are_as_if_they_were_not_there()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 300, seed: 3);
        float[] weights = [.. Enumerable.Range(0, 300).Select(r => r < 150 ? 1f : 0)];
        int[] kept = [.. Enumerable.Range(0, 150)];

        float[] weighted = new ExtraTrees { Trees = 10 }.FitChecked(new TrainingSet(data.Features, data.Target, weights), new FitContext { Seed = 1 }).ScoreAll(data.Features);
        float[] shorter = new ExtraTrees { Trees = 10 }.FitChecked(data.Take(kept), new FitContext { Seed = 1 }).ScoreAll(data.Features);

        CollectionAssert.AreEqual(shorter, weighted);
    }

    [TestMethod]
    public void A_deadline_that_has_passed_leaves_one_tree()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 20_000, seed: 3);

        TreeEnsembleModel model = (TreeEnsembleModel)new ExtraTrees().FitChecked(data, new FitContext { Deadline = DateTimeOffset.UnixEpoch });

        Assert.IsGreaterThanOrEqualTo(1, model.Trees.Count);
        Assert.IsTrue(model.PredictAll(data.Features).All(p => p is >= 0 and <= 1));
    }

    [TestMethod, TestCategory("Slow")]
    public void A_big_fit_ends_with_its_deadline_and_when_cancelled()
    {
        // Hours of work: that it ends at all says that it looks at the clock; how soon is printed, and depends on the machine.
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 100_000, seed: 1);
        foreach (ITrainer trainer in new ITrainer[] { new ExtraTrees { Trees = 50_000 }, new RandomForest { Trees = 50_000 } })
        {
            Stopwatch clock = Stopwatch.StartNew();
            TreeEnsembleModel model = (TreeEnsembleModel)trainer.FitChecked(data, new FitContext { Threads = 2, Deadline = DateTimeOffset.UtcNow.AddSeconds(0.5) });
            double deadline = clock.Elapsed.TotalSeconds;
            using CancellationTokenSource source = new(TimeSpan.FromSeconds(0.5));
            clock.Restart();
            Assert.ThrowsExactly<OperationCanceledException>(() => trainer.FitChecked(data, new FitContext { Threads = 2, Cancel = source.Token }));

            TestContext.WriteLine($"{trainer.GetType().Name}: deadline of 0.5 s {deadline:F2} s, cancelled at 0.5 s {clock.Elapsed.TotalSeconds:F2} s");
            Assert.IsLessThan(50_000, model.Trees.Count);
        }
    }
}
