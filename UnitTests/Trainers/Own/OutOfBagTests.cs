using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class OutOfBagTests
{
    public static IEnumerable<object[]> Forests => from trainer in new IOutOfBagTrainer[] { new ExtraTrees { Trees = 20, Rows = TreeRows.Bootstrap }, new RandomForest { Trees = 20, MinLeaf = 3 } }
                                                   from task in Enum.GetValues<MLTask>()
                                                   select new object[] { trainer, task };

    [TestMethod, DynamicData(nameof(Forests))]
    public void Rows_are_averaged_over_exactly_the_trees_that_did_not_see_them(IOutOfBagTrainer trainer, MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 300, seed: 4, weighted: true);
        int outputs = data.Shape.Outputs;

        OutOfBagFit fit = trainer.FitOutOfBagChecked(data, new FitContext { Seed = 7, Threads = 3 });

        TreeEnsembleModel model = (TreeEnsembleModel)fit.Model;
        double[] sums = new double[fit.Predictions.Length];
        int[] unseen = new int[data.Rows];
        for (int t = 0; t < model.Trees.Count; t++)
        {
            // One tree at a time through the model's own scoring, and the draw told again from the seed.
            TreeEnsembleBuilder alone = new(model.FeatureCount, outputs);
            alone.AddToAll(model.Trees[t]);
            float[] scores = alone.Build().ScoreAll(data.Features);
            HashSet<int> seen = Drawn(seed: 7, t, data.Rows);
            for (int r = 0; r < data.Rows; r++)
            {
                if (seen.Contains(r)) continue;
                unseen[r]++;
                for (int k = 0; k < outputs; k++) sums[(r * outputs) + k] += scores[(r * outputs) + k];
            }
        }
        for (int i = 0; i < sums.Length; i++)
        {
            if (unseen[i / outputs] == 0) Assert.IsTrue(float.IsNaN(fit.Predictions[i]), $"row {i / outputs}");
            else Assert.AreEqual(sums[i] / unseen[i / outputs], fit.Predictions[i], 1e-5, $"row {i / outputs}");
        }
    }

    [TestMethod, DynamicData(nameof(Forests))]
    public void The_model_is_that_of_a_plain_fit_and_threads_change_nothing(IOutOfBagTrainer trainer, MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 700, seed: 5);

        float[] plain = trainer.FitChecked(data, new FitContext { Seed = 2, Threads = 2 }).ScoreAll(data.Features);
        OutOfBagFit one = trainer.FitOutOfBagChecked(data, new FitContext { Seed = 2, Threads = 1 });
        OutOfBagFit four = trainer.FitOutOfBagChecked(data, new FitContext { Seed = 2, Threads = 4 });

        CollectionAssert.AreEqual(plain, one.Model.ScoreAll(data.Features));
        CollectionAssert.AreEqual(plain, four.Model.ScoreAll(data.Features));
        CollectionAssert.AreEqual(one.Predictions, four.Predictions);
    }

    [TestMethod, DynamicData(nameof(Forests))]
    public void Predictions_tell_nothing_of_labels_that_cannot_be_known(IOutOfBagTrainer trainer, MLTask task)
    {
        // Labels drawn at random: a leak of a row's own label would show as skill.
        Random random = new(3);
        int rows = 4000, classes = task == MLTask.Binary ? 2 : 4;
        float[] x = [.. Enumerable.Range(0, rows * 5).Select(_ => (float)random.NextDouble())], y = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(classes))];
        TrainingSet data = new(FeatureMatrix.Dense(x, 5), new Target("y", task, y, task switch { MLTask.Binary => ["a", "b"], MLTask.Multiclass => ["a", "b", "c", "d"], _ => [] }));

        OutOfBagFit fit = trainer.FitOutOfBagChecked(data, new FitContext { Seed = 1, Threads = 2 });

        int[] known = [.. Enumerable.Range(0, rows).Where(r => !float.IsNaN(fit.Predictions[r * data.Shape.Outputs]))];
        float[] predictions = [.. known.SelectMany(r => fit.Predictions.AsSpan(r * data.Shape.Outputs, data.Shape.Outputs).ToArray())];
        MetricReport report = MetricReport.Of(data.Target.Take(known), predictions);
        Assert.IsGreaterThan(rows * 9 / 10, known.Length);
        if (task == MLTask.Regression) Assert.IsLessThan(0.02, report["r2"]!.Value);
        else Assert.AreEqual(0.5, report["auc"]!.Value, 0.04);
    }

    [TestMethod]
    public void One_tree_leaves_the_rows_that_it_saw_without_a_prediction()
    {
        TrainingSet data = Boosted.Data(MLTask.Multiclass, rows: 200, seed: 6);

        OutOfBagFit fit = new RandomForest { Trees = 1 }.FitOutOfBagChecked(data, new FitContext { Seed = 9 });

        HashSet<int> seen = Drawn(9, 0, 200);
        for (int r = 0; r < 200; r++)
            for (int k = 0; k < data.Shape.Outputs; k++)
                Assert.AreEqual(seen.Contains(r), float.IsNaN(fit.Predictions[(r * data.Shape.Outputs) + k]), $"row {r}");
    }

    [TestMethod]
    public void Rows_of_weight_zero_are_seen_by_no_tree()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 100, seed: 6);
        float[] weights = [.. Enumerable.Range(0, 100).Select(r => r < 90 ? 1f : 0)];

        OutOfBagFit fit = new RandomForest { Trees = 7 }.FitOutOfBagChecked(new TrainingSet(data.Features, data.Target, weights), new FitContext { Seed = 1 });

        float[] all = fit.Model.PredictAll(data.Features);
        for (int r = 90; r < 100; r++) Assert.AreEqual(all[r], fit.Predictions[r], 1e-6f);
    }

    [TestMethod]
    public void Trees_that_see_all_rows_are_refused_with_the_reason()
    {
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() =>
            new ExtraTrees { Trees = 3, Rows = TreeRows.All }.FitOutOfBagChecked(Boosted.Data(MLTask.Binary, 50, 1), new FitContext()));

        StringAssert.Contains(error.Message, "out of bag");
    }

    [TestMethod]
    public void A_deadline_that_has_passed_leaves_predictions_of_one_tree()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 20_000, seed: 3);

        OutOfBagFit fit = new RandomForest().FitOutOfBagChecked(data, new FitContext { Deadline = DateTimeOffset.UnixEpoch });

        Assert.HasCount(20_000, fit.Predictions);
        Assert.IsTrue(fit.Predictions.Any(float.IsNaN) && fit.Predictions.Any(p => p is >= 0 and <= 1));
    }

    [TestMethod]
    public void Every_task_is_served_without_a_trainer_around_the_forest()
    {
        foreach (MLTask task in Enum.GetValues<MLTask>())
        {
            Assert.IsInstanceOfType<RandomForest>(TrainerComposition.ForTask(new RandomForest(), RandomForest.Card, task));
            Assert.IsInstanceOfType<ExtraTrees>(TrainerComposition.ForTask(new ExtraTrees(), ExtraTrees.Card, task));
        }
    }

    private static HashSet<int> Drawn(int seed, int tree, int rows)
    {
        SplitMix random = new(seed, tree);
        HashSet<int> seen = [];
        for (int i = 0; i < rows; i++) seen.Add(random.Below(rows));
        return seen;
    }
}
