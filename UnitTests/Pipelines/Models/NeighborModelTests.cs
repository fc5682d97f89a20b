using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class NeighborModelTests
{
    [TestMethod]
    public void Shares_and_means_of_the_nearest_by_hand()
    {
        float[] rows = [0, 1, 2, 4, 10];

        Assert.AreEqual(0.5f, ModelChecks.ScoreOne(new NeighborModel(rows, 1, [0, 1, 1, 1, 0], 2, 2), 0.4f));
        Assert.AreEqual(25f, ModelChecks.ScoreOne(new NeighborModel(rows, 1, [10, 20, 30, 40, 50], 0, 2), 1.4f));
        CollectionAssert.AreEqual(new float[] { 0, 0.5f, 0.5f }, ModelChecks.Scores(new NeighborModel(rows, 1, [0, 1, 2, 1, 0], 3, 2), [1.6f]));
    }

    [TestMethod]
    public void Distance_weights_are_inverse_and_an_exact_match_decides()
    {
        float[] rows = [0, 1, 4];
        NeighborModel model = new(rows, 1, [10, 20, 30], 0, 3, NeighborWeights.Distance);

        Assert.AreEqual(20f, ModelChecks.ScoreOne(model, 1));
        Assert.AreEqual((float)(((10 / 2.0) + (20 / 1.0) + (30 / 2.0)) / (0.5 + 1 + 0.5)), ModelChecks.ScoreOne(model, 2), 1e-5f);
    }

    [TestMethod]
    public void Of_equally_far_rows_the_earlier_count() =>
        Assert.AreEqual(1f, ModelChecks.ScoreOne(new NeighborModel([3, 1, 1, 3], 1, [0, 1, 2, 3], 0, 1), 2 - 1f));

    [TestMethod]
    public void More_neighbours_than_rows_means_all_rows() =>
        Assert.AreEqual(2f, ModelChecks.ScoreOne(new NeighborModel([3, 1, 7], 1, [1, 2, 3], 0, 100), 2));

    [TestMethod]
    [DataRow(1, 1, 100)]
    [DataRow(3, 5, 37)]
    [DataRow(70, 9, 200)]
    [DataRow(600, 4, 50)]
    public void Agrees_with_sorting_all_distances(int features, int neighbors, int rows)
    {
        float[] train = Rows.Random(features, rows, seed: 8), labels = Rows.Random(1, rows, seed: 9), queries = Rows.Random(features, 30, seed: 10);
        NeighborModel model = new(train, features, labels, 0, neighbors);

        float[] scores = model.ScoreAll(FeatureMatrix.Dense(queries, features));

        for (int q = 0; q < 30; q++)
        {
            double[] distances = [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, features).Sum(f => Math.Pow(train[(r * features) + f] - queries[(q * features) + f], 2)))];
            double expected = Enumerable.Range(0, rows).OrderBy(r => (float)distances[r]).ThenBy(r => r).Take(neighbors).Average(r => labels[r]);
            Assert.AreEqual(expected, scores[q], 1e-4);
        }
    }

    [TestMethod]
    public void Holds_what_every_model_must()
    {
        float[] labels = [.. Enumerable.Range(0, 21).Select(i => (float)(i % 3))];
        ModelChecks.Holds(new NeighborModel(Rows.Random(3, 21, seed: 4), 3, labels, 3, 5, NeighborWeights.Distance), Rows.Random(3, 150));
        ModelChecks.Holds(new NeighborModel(Rows.Random(3, 21, seed: 4), 3, labels, 0, 4), Rows.Random(3, 150));
    }

    [TestMethod]
    public void Refuses_what_makes_no_model()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new NeighborModel([1, 2, 3], 2, [0], 0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new NeighborModel([1, float.NaN], 2, [0], 0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new NeighborModel([1, 2], 2, [2], 2, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new NeighborModel([1, 2], 2, [1], 2, 0));
        Assert.ThrowsExactly<ArgumentException>(() => new NeighborModel([], 2, [], 2, 1));
    }
}
