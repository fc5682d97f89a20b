using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class GamTests
{
    private static readonly FitContext context = new() { Seed = 1, Threads = 2 };

    [TestMethod]
    public void Effects_follow_the_functions_that_made_the_label()
    {
        Random random = new(3);
        float[] x = new float[4000 * 2], y = new float[4000];
        for (int i = 0; i < y.Length; i++)
        {
            x[2 * i] = (float)((random.NextDouble() * 4) - 2);
            x[(2 * i) + 1] = (float)((random.NextDouble() * 4) - 2);
            y[i] = (float)(10 + Math.Sin(2 * x[2 * i]) + (x[(2 * i) + 1] * x[(2 * i) + 1]) + (0.1 * Synthetic.Normal(random)));
        }

        AdditiveModel model = (AdditiveModel)new Gam().FitChecked(new TrainingSet(FeatureMatrix.Dense(x, 2), new Target("y", MLTask.Regression, y, [])), context);

        foreach (float at in (float[])[-1.5f, -0.7f, 0, 0.7f, 1.5f])
        {
            // E[x²] over [-2, 2] is 4/3; the sine's mean is 0.
            Assert.AreEqual(Math.Sin(2 * at), model.Terms[0].EffectOf(at), 0.15, $"sine at {at}");
            Assert.AreEqual((at * at) - (4.0 / 3), model.Terms[1].EffectOf(at), 0.15, $"square at {at}");
        }
    }

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Regression)]
    public void Rounds_that_early_stopping_found_are_learned_again_without_it(MLTask task)
    {
        TrainingSet all = Synthetic.Of(task, 900, features: 3);
        TrainingSet train = all.Take([.. Enumerable.Range(0, 600)]), held = all.Take([.. Enumerable.Range(600, 300)]);
        Gam gam = new() { LearningRate = 0.3, Rounds = 400 };

        IModel stopped = gam.FitChecked(train, context with { Validation = held });
        int rounds = gam.RoundsOf(stopped);
        IModel again = gam.WithRounds(rounds).FitChecked(train, context);

        Assert.IsTrue(rounds is > 0 and < 400, $"{rounds} rounds");
        Assert.AreEqual(rounds, gam.RoundsOf(again));
        CollectionAssert.AreEqual(stopped.ScoreAll(train.Features), again.ScoreAll(train.Features));
    }

    [TestMethod]
    public void Categories_need_no_order_and_missing_values_have_their_own_effect()
    {
        double[] levels = [2, -1, 0.5, -2, 1];
        Random random = new(4);
        float[] x = new float[3000], y = new float[3000];
        for (int i = 0; i < y.Length; i++)
        {
            int level = random.Next(6);
            x[i] = level == 5 ? float.NaN : level;
            y[i] = (float)((level == 5 ? 4 : levels[level]) + (0.1 * Synthetic.Normal(random)));
        }
        FeatureMatrix features = FeatureMatrix.Dense(x, [new FeatureInfo("city", "city", 7)]);

        AdditiveModel model = (AdditiveModel)new Gam().FitChecked(new TrainingSet(features, new Target("y", MLTask.Regression, y, [])), context);

        for (int level = 0; level < 5; level++) Assert.AreEqual(levels[level], model.Intercept + model.Terms[0].EffectOf(level), 0.1);
        Assert.AreEqual(4, model.Intercept + model.Terms[0].EffectOf(float.NaN), 0.1);
        Assert.AreEqual(0, model.Terms[0].EffectOf(6), 1e-9, "a category without rows");
    }

    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Regression)]
    public void It_does_not_depend_on_threads_or_on_sparseness(MLTask task)
    {
        TrainingSet sparse = Synthetic.Of(task, 40_000, features: 3, sparse: true);
        TrainingSet dense = Synthetic.Of(task, 40_000, features: 3, sparse: true);
        Gam gam = new() { Rounds = 10 };

        float[] one = gam.FitChecked(sparse, context with { Threads = 1 }).PredictAll(sparse.Features);
        float[] two = gam.FitChecked(dense, context with { Threads = 3 }).PredictAll(dense.Features);

        CollectionAssert.AreEqual(one, two);
    }

    [TestMethod]
    public void A_validation_set_ends_it_before_it_learns_noise()
    {
        Random random = new(5);
        TrainingSet Noise(int rows) => new(FeatureMatrix.Dense([.. Enumerable.Range(0, rows * 5).Select(_ => (float)random.NextDouble())], 5),
            new Target("y", MLTask.Binary, [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(2))], Synthetic.NoYes));
        TrainingSet data = Noise(400), validation = Noise(400);
        Gam gam = new() { Rounds = 1000, LearningRate = 0.3 };

        double stopped = Synthetic.LogLoss(gam.FitChecked(data, context with { Validation = validation }), validation);
        double all = Synthetic.LogLoss(gam.FitChecked(data, context), validation);

        Assert.IsLessThan(0.70, stopped);
        Assert.IsGreaterThan(stopped + 0.02, all);
    }

    [TestMethod]
    public void Weights_count_as_repeated_rows()
    {
        TrainingSet plain = Synthetic.Binary(400);
        float[] weights = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? 2f : 1f)];
        TrainingSet repeated = plain.Take([.. Enumerable.Range(0, 400).SelectMany(i => Enumerable.Repeat(i, (int)weights[i]))]);
        Gam gam = new() { RowsPerLeaf = 1, Bins = 255, Rounds = 30, Leaves = 2 };

        float[] one = gam.FitChecked(new TrainingSet(plain.Features, plain.Target, weights), context).PredictAll(plain.Features);
        float[] other = gam.FitChecked(repeated, context).PredictAll(plain.Features);

        Assert.IsLessThan(0.02, one.Zip(other, (a, b) => Math.Abs(a - b)).Average());
    }
}
