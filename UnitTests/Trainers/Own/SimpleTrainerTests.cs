using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class SimpleTrainerTests
{
    [TestMethod]
    [DataRow(MLTask.Binary)]
    [DataRow(MLTask.Multiclass)]
    [DataRow(MLTask.Regression)]
    public void The_baseline_predicts_weighted_shares_or_the_mean(MLTask task)
    {
        TrainingSet data = Boosted.Data(task, rows: 200, seed: 1, weighted: true);

        float[] prediction = new ConstantBaseline().FitChecked(data, new FitContext()).PredictAll(Boosted.Odd(data.Features));

        double total = data.Weights.ToArray().Sum();
        double Share(float label) => Enumerable.Range(0, 200).Where(r => data.Labels[r] == label).Sum(r => data.Weights[r]) / total;
        float[] expected = task switch
        {
            MLTask.Binary => [(float)Share(1)],
            MLTask.Multiclass => [.. Enumerable.Range(0, 4).Select(k => (float)Share(k))],
            _ => [(float)(Enumerable.Range(0, 200).Sum(r => data.Weights[r] * (double)data.Labels[r]) / total)],
        };
        for (int i = 0; i < prediction.Length; i++) Assert.AreEqual(expected[i % expected.Length], prediction[i], 1e-5);
    }

    [TestMethod]
    public void Naive_bayes_takes_integer_weights_for_repeated_rows()
    {
        TrainingSet data = Boosted.Data(MLTask.Multiclass, rows: 200, seed: 2);
        float[] weights = [.. Enumerable.Range(0, 200).Select(r => 1f + (r % 3))];
        int[] repeated = [.. Enumerable.Range(0, 200).SelectMany(r => Enumerable.Repeat(r, 1 + (r % 3)))];

        float[] weighted = new NaiveBayes().FitChecked(new TrainingSet(data.Features, data.Target, weights), new FitContext()).PredictAll(data.Features);
        float[] longer = new NaiveBayes().FitChecked(data.Take(repeated), new FitContext()).PredictAll(data.Features);

        for (int i = 0; i < weighted.Length; i++) Assert.AreEqual(longer[i], weighted[i], 1e-5);
    }

    [TestMethod]
    public void Naive_bayes_learns_the_same_from_sparse_rows()
    {
        TrainingSet dense = Boosted.Data(MLTask.Binary, rows: 300, seed: 3, weighted: true);
        TrainingSet sparse = new(Boosted.Sparse(dense.Features), dense.Target, dense.Weights.ToArray());

        float[] fromDense = new NaiveBayes().FitChecked(dense, new FitContext()).PredictAll(dense.Features);
        float[] fromSparse = new NaiveBayes().FitChecked(sparse, new FitContext()).PredictAll(sparse.Features);

        for (int i = 0; i < fromDense.Length; i++) Assert.AreEqual(fromDense[i], fromSparse[i], 1e-5);
    }

    [TestMethod]
    public void Naive_bayes_reads_a_category_by_its_table()
    {
        // Class 1 holds code 0 three times of four, class 0 once of four; one row is added to each of three codes.
        float[] codes = [0, 1, 1, 1, 0, 0, 0, 1], labels = [0, 0, 0, 0, 1, 1, 1, 1];
        TrainingSet data = new(FeatureMatrix.Dense(codes, [new("c", "c", 2)]), new Target("y", MLTask.Binary, labels, ["n", "y"]));

        float[] p = new NaiveBayes().FitChecked(data, new FitContext()).PredictAll(FeatureMatrix.Dense([0, 1, float.NaN], data.Features.Features));

        Assert.AreEqual(4.0 / 6, p[0], 1e-6);
        Assert.AreEqual(2.0 / 6, p[1], 1e-6);
        Assert.AreEqual(0.5, p[2], 1e-6);
    }

    [TestMethod]
    public void Neighbors_keep_no_more_rows_than_told_with_classes_in_proportion()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 1000, seed: 4);
        TrainingSet known = new(FeatureMatrix.Dense([.. data.Features.Values.ToArray().Select(v => float.IsNaN(v) ? 0 : v)], 6), data.Target);

        NeighborModel model = (NeighborModel)new KNearestNeighbors { MaxRows = 100 }.FitChecked(known, new FitContext { Seed = 1 });

        Assert.AreEqual(100, model.Labels.Length);
        Assert.AreEqual(data.Labels.ToArray().Average(), model.Labels.ToArray().Average(), 0.02);
    }

    [TestMethod]
    public void Neighbors_refuse_missing_values()
    {
        TrainingSet data = Boosted.Data(MLTask.Binary, rows: 50, seed: 4);

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() => new KNearestNeighbors().FitChecked(data, new FitContext()));

        Assert.Contains("missing", error.Message);
    }
}
