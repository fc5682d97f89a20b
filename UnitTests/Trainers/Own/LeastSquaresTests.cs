using FsCheck;
using FsCheck.Fluent;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class LeastSquaresTests
{
    [TestMethod]
    public void A_line_is_found_whatever_its_scale() =>
        Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            double scale = Math.Pow(10, random.Next(-3, 5)), offset = Math.Pow(10, random.Next(-2, 5)), w0 = random.NextDouble() - 0.5, w1 = random.NextDouble() - 0.5;
            float[] x = [.. Enumerable.Range(0, 80).Select(_ => (float)(offset + (scale * random.NextDouble())))];
            float[] y = [.. Enumerable.Range(0, 40).Select(r => (float)(((w0 * x[2 * r]) + (w1 * x[(2 * r) + 1]) - offset) / scale))];
            TrainingSet data = new(FeatureMatrix.Dense(x, 2), new Target("y", MLTask.Regression, y, []));

            float[] predictions = new OrdinaryLeastSquares().FitChecked(data, new FitContext()).PredictAll(data.Features);

            double spread = y.Max() - y.Min() + (offset / scale * 1e-2);
            return predictions.Zip(y).All(p => Math.Abs(p.First - p.Second) < 1e-3 * spread);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Columns_that_follow_from_others_do_no_harm()
    {
        TrainingSet data = Linear(rows: 200, width: 3, seed: 1);
        float[] x = [.. Enumerable.Range(0, 200).SelectMany(r =>
        {
            float[] row = data.Features.Row(r).Values.ToArray();
            return new[] { row[0], row[1], row[2], row[0] + row[1], 7, row[2] };
        })];
        TrainingSet redundant = new(FeatureMatrix.Dense(x, 6), data.Target);

        float[] plain = new OrdinaryLeastSquares().FitChecked(data, new FitContext()).PredictAll(data.Features);
        LinearModel model = (LinearModel)new OrdinaryLeastSquares().FitChecked(redundant, new FitContext());

        float[] predictions = model.PredictAll(redundant.Features);
        for (int r = 0; r < plain.Length; r++) Assert.AreEqual(plain[r], predictions[r], 1e-4);
        Assert.AreEqual(3, model.Weights.ToArray().Count(w => w != 0));
    }

    [TestMethod]
    public void More_features_than_rows_are_fitted_exactly()
    {
        TrainingSet data = Linear(rows: 10, width: 25, seed: 4);

        float[] predictions = new OrdinaryLeastSquares().FitChecked(data, new FitContext()).PredictAll(data.Features);

        for (int r = 0; r < 10; r++) Assert.AreEqual(data.Labels[r], predictions[r], 1e-3);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(100)]
    public void Sparse_rows_give_the_weights_of_dense_ones(int penalty)
    {
        TrainingSet dense = Linear(rows: 300, width: 8, seed: 2, zeros: true, weighted: true);
        TrainingSet sparse = new(Boosted.Sparse(dense.Features), dense.Target, dense.Weights.ToArray());
        ITrainer trainer = penalty == 0 ? new OrdinaryLeastSquares() : new Ridge { L2 = penalty };

        LinearModel fromDense = (LinearModel)trainer.FitChecked(dense, new FitContext()), fromSparse = (LinearModel)trainer.FitChecked(sparse, new FitContext());

        for (int f = 0; f < 8; f++) Assert.AreEqual(fromDense.Weights[f], fromSparse.Weights[f], 1e-5);
        Assert.AreEqual(fromDense.Biases[0], fromSparse.Biases[0], 1e-5);
    }

    [TestMethod]
    public void Integer_weights_are_repeated_rows()
    {
        TrainingSet data = Linear(rows: 100, width: 4, seed: 3);
        float[] weights = [.. Enumerable.Range(0, 100).Select(r => 1f + (r % 3))];
        int[] repeated = [.. Enumerable.Range(0, 100).SelectMany(r => Enumerable.Repeat(r, 1 + (r % 3)))];

        LinearModel weighted = (LinearModel)new Ridge().FitChecked(new TrainingSet(data.Features, data.Target, weights), new FitContext());
        LinearModel longer = (LinearModel)new Ridge().FitChecked(data.Take(repeated), new FitContext());

        for (int f = 0; f < 4; f++) Assert.AreEqual(longer.Weights[f], weighted.Weights[f], 1e-6);
    }

    [TestMethod]
    public void Threads_do_not_change_the_weights()
    {
        TrainingSet data = Linear(rows: 3000, width: 40, seed: 5);

        LinearModel one = (LinearModel)new Ridge().FitChecked(data, new FitContext { Threads = 1 }), four = (LinearModel)new Ridge().FitChecked(data, new FitContext { Threads = 4 });

        CollectionAssert.AreEqual(one.Weights.ToArray(), four.Weights.ToArray());
    }

    [TestMethod]
    public void Out_of_time_before_a_solution_is_said_so()
    {
        TrainingSet data = Linear(rows: 100, width: 4, seed: 3);

        Assert.ThrowsExactly<TimeoutException>(() => new Ridge().FitChecked(data, new FitContext { Deadline = DateTimeOffset.UnixEpoch }));
    }

    private static TrainingSet Linear(int rows, int width, int seed, bool zeros = false, bool weighted = false)
    {
        Random random = new(seed);
        double[] w = [.. Enumerable.Range(0, width).Select(_ => random.NextDouble() - 0.5)];
        float[] x = [.. Enumerable.Range(0, rows * width).Select(_ => zeros && random.Next(2) == 0 ? 0 : (float)(random.NextDouble() + 1))];
        float[] y = [.. Enumerable.Range(0, rows).Select(r => (float)(3 + Enumerable.Range(0, width).Sum(f => w[f] * x[(r * width) + f]) + (0.1 * random.NextDouble())))];
        float[] weights = [.. Enumerable.Range(0, rows).Select(_ => (float)random.NextDouble() + 0.1f)];
        return new TrainingSet(FeatureMatrix.Dense(x, width), new Target("y", MLTask.Regression, y, []), weighted ? weights : null);
    }
}
