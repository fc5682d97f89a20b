using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>Our scores of a model that LightGBM grew against LightGBM's own predictions of the same rows.</summary>
[TestClass]
public sealed class NativeAgreementTests
{
    private static IEnumerable<object[]> Cases =>
        from task in new[] { MLTask.Binary, MLTask.Multiclass, MLTask.Regression }
        from extra in new[] { "", "zero_as_missing=true", "use_missing=false", "max_bin=15 extra_trees=true" }
        select new object[] { task, extra };

    [TestMethod, DynamicData(nameof(Cases))]
    public void Scores_equal_the_native_ones(MLTask task, string extra)
    {
        TrainingSet data = Boosted.Data(task, rows: 1500, seed: 3);
        FeatureMatrix fresh = Boosted.Odd(data.Features);
        using LightGbmThreads.Turn turn = LightGbmThreads.Enter(2);
        using DatasetHandle bins = Boosted.Bin(data, extra);
        using BoosterHandle booster = Boosted.Grow(new LightGbm { MinDataInLeaf = 5 }, data, bins, extra, rounds: 40);

        TreeEnsembleModel model = BoostingRun.ToModel(booster, 40, data.Features.Width, data.Shape.Outputs, new IdentityLink());

        foreach (FeatureMatrix rows in new[] { data.Features, fresh })
            Boosted.AssertClose(Boosted.NativeScores(booster, rows, data.Shape.Outputs, raw: true, iterations: 40), model.ScoreAll(rows));
    }

    [TestMethod]
    [DataRow(BoostingObjective.L2, 0)]
    [DataRow(BoostingObjective.L2, 1e6f)]
    [DataRow(BoostingObjective.L1, 0)]
    [DataRow(BoostingObjective.Huber, 0)]
    [DataRow(BoostingObjective.Poisson, 5)]
    [DataRow(BoostingObjective.Gamma, 9)]
    [DataRow(BoostingObjective.Tweedie, 5)]
    [DataRow(BoostingObjective.Quantile, 0)]
    public void Predictions_equal_the_native_ones_behind_every_objective(BoostingObjective objective, float offset)
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 800, seed: 5);
        float[] labels = [.. data.Labels.ToArray().Select(y => objective == BoostingObjective.Gamma ? Math.Max(0.1f, y + offset) : offset > 0 ? Math.Max(0, y + offset) : y)];
        data = data.With(new Target("y", MLTask.Regression, labels, []));
        LightGbm trainer = new() { Objective = objective, Trees = 25, Quantile = 0.8 };
        float[] ours = trainer.FitChecked(data, new FitContext { Seed = 2, Threads = 2 }).PredictAll(data.Features);
        using LightGbmThreads.Turn turn = LightGbmThreads.Enter(2);
        using DatasetHandle bins = Boosted.Bin(data, "");

        using BoosterHandle booster = Boosted.Grow(trainer, data, bins, "", rounds: 25);

        Boosted.AssertClose(Boosted.NativeScores(booster, data.Features, 1, raw: false, iterations: 25), ours);
    }

    [TestMethod]
    public void A_sparse_matrix_grows_the_trees_of_its_dense_twin()
    {
        TrainingSet dense = Boosted.Data(MLTask.Binary, rows: 600, seed: 9);
        TrainingSet sparse = new(Boosted.Sparse(dense.Features), dense.Target);
        FitContext context = new() { Seed = 4, Threads = 1 };

        float[] fromDense = new LightGbm { Trees = 20 }.FitChecked(dense, context).ScoreAll(dense.Features);
        float[] fromSparse = new LightGbm { Trees = 20 }.FitChecked(sparse, context).ScoreAll(sparse.Features);

        for (int i = 0; i < fromDense.Length; i++) Assert.AreEqual(fromDense[i], fromSparse[i], 1e-4);
    }

    [TestMethod]
    public void A_text_that_is_no_model_is_refused()
    {
        byte[] text = "Tree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature=0 x\n\nend of trees\n"u8.ToArray();

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() =>
        {
            LightGbmText reader = new(text);
            reader.TryReadTree(out _);
        });

        Assert.Contains("another version", error.Message);
    }
}
