using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class CompositeModelTests
{
    private static readonly LinearModel first = new([1, -1], [0.5f], new LogisticLink());
    private static readonly LinearModel second = new([0, 2], [0], new LogisticLink(0.5f, 0.1f));
    private static readonly LinearModel margins = new([3, 1], [-1], null);

    [TestMethod]
    public void One_versus_all_gives_the_probabilities_of_its_models_normalised()
    {
        OneVersusAllModel model = new([first, second, new LinkedModel(margins, new IsotonicLink([-1, 1], [0, 1]))]);

        float[] predictions = model.PredictAll(FeatureMatrix.Dense([0.5f, 0.25f], 2));

        double a = 1 / (1 + Math.Exp(-0.75)), b = 1 / (1 + Math.Exp(-0.35)), c = 0.875;
        Assert.AreEqual(a / (a + b + c), predictions[0], 1e-6);
        Assert.AreEqual(b / (a + b + c), predictions[1], 1e-6);
        Assert.AreEqual(c / (a + b + c), predictions[2], 1e-6);
    }

    [TestMethod]
    public void One_versus_all_holds_what_every_model_must() =>
        ModelChecks.Holds(new OneVersusAllModel([first, second, new LinkedModel(margins, new IsotonicLink([-1, 1], [0, 1]))]), Rows.Random(2, 70));

    [TestMethod]
    public void Linked_model_holds_what_every_model_must() =>
        ModelChecks.Holds(new LinkedModel(margins, new LogisticLink(2, 1)), Rows.Random(2, 70));

    [TestMethod]
    public void One_versus_all_refuses_models_that_do_not_fit()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new OneVersusAllModel([first]));
        Assert.ThrowsExactly<ArgumentException>(() => new OneVersusAllModel([first, margins]));
        Assert.ThrowsExactly<ArgumentException>(() => new OneVersusAllModel([first, new LinearModel([1], [0], new LogisticLink())]));
        Assert.ThrowsExactly<ArgumentException>(() => new OneVersusAllModel([first, new LinearModel([1, 1, 1, 1], [0, 0], new SoftmaxLink())]));
    }
}
