using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class FastTreeTests
{
    private static readonly FitContext context = new() { Seed = 1, Threads = 2 };

    private static IEnumerable<object[]> Both() => [[new FastTree { Trees = 60 }], [new FastForest { Trees = 60 }]];

    [TestMethod, DynamicData(nameof(Both))]
    public void Rows_with_missing_values_are_learned_from(ITrainer trainer)
    {
        // Whether the value is missing is all there is to learn.
        float[] x = new float[600 * 2], y = new float[600];
        Random random = new(2);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = i % 3 == 0 ? 1 : 0;
            x[2 * i] = y[i] == 1 ? float.NaN : (float)random.NextDouble();
            x[(2 * i) + 1] = (float)random.NextDouble();
        }
        TrainingSet data = new(FeatureMatrix.Dense(x, 2), new Target("y", MLTask.Binary, y, Synthetic.NoYes));

        IModel model = trainer.FitChecked(data, context);

        Assert.IsGreaterThan(0.99, Synthetic.Accuracy(model, data));
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void A_large_label_is_not_cut_off(ITrainer trainer)
    {
        TrainingSet small = Synthetic.Regression(500);
        float[] labels = [.. small.Labels.ToArray().Select(y => (y * 1e6f) + 1e9f)];

        IModel model = trainer.FitChecked(small.With(new Target("y", MLTask.Regression, labels, [])), context);

        double deviation = Math.Sqrt(labels.Select(y => Math.Pow(y - labels.Average(v => (double)v), 2)).Average());
        Assert.IsLessThan(0.5 * deviation, Synthetic.Rmse(model, small.With(new Target("y", MLTask.Regression, labels, []))));
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void The_same_seed_gives_the_same_scores_and_another_seed_others(ITrainer trainer)
    {
        TrainingSet data = Synthetic.Binary(1000);
        ITrainer sampled = trainer is FastTree tree ? tree with { RowShare = 0.7 } : trainer;

        float[] one = sampled.FitChecked(data, context).ScoreAll(data.Features);
        float[] again = sampled.FitChecked(data, context).ScoreAll(data.Features);
        float[] other = sampled.FitChecked(data, context with { Seed = 2 }).ScoreAll(data.Features);

        CollectionAssert.AreEqual(one, again);
        CollectionAssert.AreNotEqual(one, other);
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void Sparse_rows_score_as_dense_ones(ITrainer trainer)
    {
        TrainingSet sparse = Synthetic.Binary(500, sparse: true);
        float[] values = new float[sparse.Rows * 6];
        for (int row = 0; row < sparse.Rows; row++)
            for (int i = 0; i < sparse.Features.Row(row).Indices.Length; i++)
                values[(row * 6) + sparse.Features.Row(row).Indices[i]] = sparse.Features.Row(row).Values[i];
        TrainingSet dense = new(FeatureMatrix.Dense(values, 6), sparse.Target);

        float[] one = trainer.FitChecked(sparse, context).ScoreAll(sparse.Features);
        float[] other = trainer.FitChecked(dense, context).ScoreAll(dense.Features);

        CollectionAssert.AreEqual(other, one);
    }

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Regression)]
    public void A_validation_set_chooses_the_number_of_trees(MLTask task)
    {
        TrainingSet all = Synthetic.Of(task, 800), data = all.Take([.. Enumerable.Range(0, 300)]), validation = all.Take([.. Enumerable.Range(300, 500)]);
        FastTree trainer = new() { Trees = 400, LearningRate = 0.3 };

        TreeEnsembleModel chosen = (TreeEnsembleModel)trainer.FitChecked(data, context with { Validation = validation });
        TreeEnsembleModel whole = (TreeEnsembleModel)trainer.FitChecked(data, context);

        double Loss(IModel model) => task == MLTask.Binary ? Synthetic.LogLoss(model, validation) : Synthetic.Rmse(model, validation);
        Assert.IsLessThan(400, chosen.Trees.Count);
        Assert.IsLessThanOrEqualTo(Loss(whole), Loss(chosen));
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void Features_that_say_nothing_do_no_harm(ITrainer trainer)
    {
        float[] x = new float[200 * 3], y = new float[200];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = i % 2;
            x[3 * i] = float.NaN;
            x[(3 * i) + 1] = 7;
            x[(3 * i) + 2] = y[i] + (0.001f * i);
        }
        TrainingSet data = new(FeatureMatrix.Dense(x, 3), new Target("y", MLTask.Binary, y, Synthetic.NoYes));

        Assert.IsGreaterThan(0.95, Synthetic.Accuracy(trainer.FitChecked(data, context), data));
    }

    [TestMethod, DynamicData(nameof(Both))]
    public void Tiny_and_constant_data_gives_a_model_or_a_clear_refusal(ITrainer trainer)
    {
        TrainingSet two = new(FeatureMatrix.Dense([1, 2], 1), new Target("y", MLTask.Regression, [3, 3], []));
        TrainingSet blind = new(FeatureMatrix.Dense(new float[40], 2), new Target("y", MLTask.Regression, [.. Enumerable.Range(0, 20).Select(i => (float)i)], []));

        foreach (TrainingSet data in (TrainingSet[])[two, blind])
        {
            try
            {
                foreach (float score in trainer.FitChecked(data, context).PredictAll(data.Features)) Assert.IsTrue(float.IsFinite(score));
            }
            catch (TrainingException refusal)
            {
                Assert.Contains(trainer.GetType().Name, refusal.Message);
            }
        }
    }
}
