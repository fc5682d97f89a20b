using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>Linear leaves of LightGBM 4.7.0 in our model kind.</summary>
[TestClass]
public sealed class LinearLeavesTests
{
    [TestMethod]
    [DataRow(MLTask.Binary, "")]
    [DataRow(MLTask.Multiclass, "")]
    [DataRow(MLTask.Regression, "")]
    [DataRow(MLTask.Regression, "extra_trees=true max_bin=15")]
    [DataRow(MLTask.Regression, "use_missing=false")]
    public void Scores_equal_the_native_ones(MLTask task, string extra)
    {
        TrainingSet data = Boosted.Data(task, rows: 1500, seed: 3);
        FeatureMatrix fresh = Finite(Boosted.Odd(data.Features));
        using LightGbmThreads.Turn turn = LightGbmThreads.EnterSingle(default);
        using DatasetHandle bins = Boosted.Bin(data, $"linear_tree=true {extra}");
        using BoosterHandle booster = Boosted.Grow(new LightGbm { MinDataInLeaf = 20, LinearLeaves = true }, data, bins, extra, rounds: 30);

        TreeEnsembleModel model = BoostingRun.ToModel(booster, 30, data.Features.Width, data.Shape.Outputs, new IdentityLink());

        Assert.IsTrue(model.Trees.Any(t => t.Lines is { Features.Length: > 0 }), "no leaf is linear");
        foreach (FeatureMatrix rows in new[] { data.Features, fresh })
            Boosted.AssertClose(Boosted.NativeScores(booster, rows, data.Shape.Outputs, raw: true, iterations: 30), model.ScoreAll(rows));
    }

    [TestMethod]
    [DataRow(BoostingObjective.L2)]
    [DataRow(BoostingObjective.Huber)]
    [DataRow(BoostingObjective.Poisson)]
    [DataRow(BoostingObjective.Gamma)]
    [DataRow(BoostingObjective.Tweedie)]
    public void Fits_equal_the_native_ones_and_threads_change_nothing(BoostingObjective objective)
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 3000, seed: 5);
        data = data.With(new Target("y", MLTask.Regression, [.. data.Labels.ToArray().Select(y => Math.Max(0.1f, y + 4))], []));
        LightGbm trainer = new() { Objective = objective, Trees = 20, LinearLeaves = true, LinearLambda = 0.5 };

        float[] one = trainer.FitChecked(data, new FitContext { Seed = 2, Threads = 1 }).PredictAll(data.Features);
        float[] four = trainer.FitChecked(data, new FitContext { Seed = 2, Threads = 4 }).PredictAll(data.Features);

        CollectionAssert.AreEqual(one, four);
        using LightGbmThreads.Turn turn = LightGbmThreads.EnterSingle(default);
        using DatasetHandle bins = Boosted.Bin(data, "linear_tree=true");
        using BoosterHandle booster = Boosted.Grow(trainer, data, bins, "", rounds: 20);
        double[] native = Boosted.NativeScores(booster, data.Features, 1, raw: false, iterations: 20);
        for (int i = 0; i < native.Length; i++) Assert.AreEqual(native[i], one[i], 1e-4 * Math.Max(1, Math.Abs(native[i])), $"row {i}");
    }

    [TestMethod]
    public void A_smooth_label_is_learned_better_and_early_stopping_works()
    {
        TrainingSet train = Plane(rows: 800, seed: 1), held = Plane(rows: 400, seed: 2);
        LightGbm plain = new() { LearningRate = 0.1, Leaves = 8 };
        FitContext context = new() { Seed = 1, Threads = 1, Validation = held };

        double constant = SquaredError(plain.FitChecked(train, context), held), linear = SquaredError((plain with { LinearLeaves = true }).FitChecked(train, context), held);

        Assert.IsLessThan(constant / 2, linear);
    }

    [TestMethod]
    public void Plain_and_linear_fits_share_a_matrix_without_harm()
    {
        TrainingSet data = Boosted.Data(MLTask.Regression, rows: 1200, seed: 7);
        LightGbm plain = new() { Trees = 15 }, linear = plain with { LinearLeaves = true };
        FitContext context = new() { Seed = 1, Threads = 2 };
        float[] Scores(LightGbm trainer, TrainingSet set) => trainer.FitChecked(set, context).ScoreAll(data.Features);
        TrainingSet Fresh() => new(data.Features.Take([.. Enumerable.Range(0, data.Rows)]), data.Target);
        float[] plainAlone = Scores(plain, Fresh()), linearAlone = Scores(linear, Fresh());
        float[][] together = new float[6][];

        Parallel.For(0, 6, k => together[k] = Scores(k % 2 == 0 ? plain : linear, data));

        for (int k = 0; k < 6; k++) CollectionAssert.AreEqual(k % 2 == 0 ? plainAlone : linearAlone, together[k]);
    }

    [TestMethod]
    public void Sparse_and_dense_rows_score_alike()
    {
        TrainingSet dense = Boosted.Data(MLTask.Binary, rows: 900, seed: 9);
        TrainingSet sparse = new(Boosted.Sparse(dense.Features), dense.Target);
        LightGbm trainer = new() { Trees = 15, LinearLeaves = true };

        IModel model = trainer.FitChecked(dense, new FitContext { Seed = 4 });
        IModel fromSparse = trainer.FitChecked(sparse, new FitContext { Seed = 4 });

        float[] expected = model.ScoreAll(dense.Features), actual = model.ScoreAll(sparse.Features), other = fromSparse.ScoreAll(sparse.Features);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-5);
            Assert.AreEqual(expected[i], other[i], 1e-3);
        }
    }

    [TestMethod]
    [DataRow(BoostingObjective.L1)]
    [DataRow(BoostingObjective.Quantile)]
    public void Objectives_that_renew_their_leaves_are_refused(BoostingObjective objective)
    {
        LightGbm trainer = new() { Objective = objective, LinearLeaves = true, Trees = 2 };

        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => trainer.FitChecked(Boosted.Data(MLTask.Regression, 100, 1), new FitContext()));

        StringAssert.Contains(error.Message, "LinearLeaves");
    }

    [TestMethod]
    public void A_linear_leaf_that_is_no_number_is_refused_with_a_next_step()
    {
        byte[] text = "Tree=0\nnum_leaves=1\nnum_cat=0\nleaf_value=1\nis_linear=1\nleaf_const=nan\nnum_features=0\nleaf_features= \nleaf_coeff= \n\nend of trees\n"u8.ToArray();

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() =>
        {
            LightGbmText reader = new(text);
            reader.TryReadTree(out _);
        });

        StringAssert.Contains(error.Message, "LinearLambda");
    }

    [TestMethod]
    public void A_row_of_a_published_portfolio_is_a_point_of_the_search_space()
    {
        // AutoGluon 1.5's portfolio, a row with all its knobs: {84 leaves, 0.0114, ...}.
        Dictionary<string, string> row = new()
        {
            ["Leaves"] = "84", ["LearningRate"] = "0.0114", ["FeatureFraction"] = "0.528", ["BaggingFraction"] = "0.978", ["MinDataInLeaf"] = "3",
            ["L1"] = "0.027", ["L2"] = "0.838", ["Splits"] = "Random", ["CatSmooth"] = "0.0093", ["CatL2"] = "0.155", ["MaxCatToOneHot"] = "42", ["MinDataPerGroup"] = "7",
            ["LinearLeaves"] = "True",
        };

        LightGbm trainer = (LightGbm)LightGbm.Space(new DataShape(MLTask.Binary, 10_000, 20) { CategoricalFeatures = 3 }).From(row);

        Assert.AreEqual(new LightGbm
        {
            Leaves = 84, LearningRate = 0.0114, FeatureFraction = 0.528, BaggingFraction = 0.978, MinDataInLeaf = 3, L1 = 0.027, L2 = 0.838,
            Splits = BoostingSplits.Random, CatSmooth = 0.0093, CatL2 = 0.155, MaxCatToOneHot = 42, MinDataPerGroup = 7, LinearLeaves = true, LinearLambda = trainer.LinearLambda,
        }, trainer);
    }

    // Infinite values: the native library adds coefficient · ∞, ours takes the leaf's plain value.
    private static FeatureMatrix Finite(FeatureMatrix rows)
    {
        float[] values = rows.Values.ToArray();
        for (int i = 0; i < values.Length; i++) if (Math.Abs(values[i]) > 1e6) values[i] = 100;
        return FeatureMatrix.Dense(values, rows.Features);
    }

    private static TrainingSet Plane(int rows, int seed)
    {
        Random random = new(seed);
        float[] x = [.. Enumerable.Range(0, rows * 3).Select(_ => (float)(random.NextDouble() * 4))];
        float[] y = [.. Enumerable.Range(0, rows).Select(r => (2 * x[3 * r]) - x[(3 * r) + 1] + (x[3 * r] > 2 ? 3 * x[(3 * r) + 2] : 0))];
        return new TrainingSet(FeatureMatrix.Dense(x, 3), new Target("y", MLTask.Regression, y, []));
    }

    private static double SquaredError(IModel model, TrainingSet data)
    {
        float[] scores = model.ScoreAll(data.Features);
        double sum = 0;
        for (int i = 0; i < scores.Length; i++) sum += Math.Pow(scores[i] - data.Labels[i], 2);
        return sum / scores.Length;
    }
}
