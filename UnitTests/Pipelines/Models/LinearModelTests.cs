using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class LinearModelTests
{
    [TestMethod]
    public void Scores_are_weights_times_features_plus_bias()
    {
        LinearModel model = new([1, 2, 3, -1, 0, 0.5f], [10, 20], new SoftmaxLink());

        CollectionAssert.AreEqual(new float[] { 10 + 1 + 4 + 12, 20 - 1 + 2 }, ModelChecks.Scores(model, [1, 2, 4]));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(37, 1)]
    [DataRow(5, 3)]
    [DataRow(19, 26)]
    public void Holds_what_every_model_must(int features, int outputs) => ModelChecks.Holds(
        new LinearModel(Rows.Random(features, outputs, seed: 3), Rows.Random(1, outputs, seed: 4), outputs == 1 ? new LogisticLink() : new SoftmaxLink()), Rows.Random(features, 90));

    [TestMethod]
    public void Sparse_rows_of_several_outputs_give_the_bits_of_dense_ones()
    {
        LinearModel model = new(Rows.Random(19, 26, seed: 3), Rows.Random(1, 26, seed: 4), null);
        FeatureMatrix dense = FeatureMatrix.Dense(Rows.Random(19, 50), 19);

        CollectionAssert.AreEqual(model.ScoreAll(dense), model.ScoreAll(ModelChecks.Sparse(dense)));
    }
}
