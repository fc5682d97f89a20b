using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class NaiveBayesModelTests
{
    private static NaiveBayesModel Three => new(3, [Math.Log(0.5), Math.Log(0.3), Math.Log(0.2)],
        [
            NaiveBayesTerm.Normal(2, [0, 1, 2], [1, 0.5, 2]),
            NaiveBayesTerm.Categories(0, [.. new[] { 0.6, 0.3, 0.1, 0.2, 0.2, 0.6, 0.1, 0.8, 0.1 }.Select(p => Math.Log(p))]),
        ]);

    private static NaiveBayesModel Two => new(2, [Math.Log(0.75), Math.Log(0.25)],
        [NaiveBayesTerm.Normal(0, [0, 1], [1, 1]), NaiveBayesTerm.Categories(1, [.. new[] { 0.9, 0.1, 0.5, 0.5 }.Select(p => Math.Log(p))])]);

    [TestMethod]
    public void Posterior_of_three_classes_is_Bayes_rule()
    {
        float[] posterior = [.. Three.PredictAll(FeatureMatrix.Dense([1, 77, 0.7f], 3))];

        double[] joint = [0.5 * 0.3 * Density(0.7, 0, 1), 0.3 * 0.2 * Density(0.7, 1, 0.5), 0.2 * 0.8 * Density(0.7, 2, 2)];
        for (int k = 0; k < 3; k++) Assert.AreEqual(joint[k] / joint.Sum(), posterior[k], 1e-6);
    }

    [TestMethod]
    [DataRow(float.NaN, float.NaN, 0.25 * 0.5, 0.75 * 0.1)] // the number says nothing, the code is unknown
    [DataRow(float.NaN, 5f, 0.25 * 0.5, 0.75 * 0.1)]
    [DataRow(float.NaN, -1f, 0.25 * 0.5, 0.75 * 0.1)]
    [DataRow(float.NaN, 0f, 0.25 * 0.5, 0.75 * 0.9)]
    public void Missing_numbers_are_skipped_and_unknown_codes_have_a_bucket(float number, float code, double yes, double no) =>
        Assert.AreEqual(yes / (yes + no), Two.PredictAll(FeatureMatrix.Dense([number, code], 2))[0], 1e-6);

    [TestMethod]
    public void Far_values_give_certain_probabilities_and_never_NaN()
    {
        foreach (float far in new[] { 1e38f, -1e38f, float.MaxValue, float.PositiveInfinity })
        {
            foreach (float p in Three.PredictAll(FeatureMatrix.Dense([0, 0, far], 3))) Assert.IsTrue(p is >= 0 and <= 1, $"{p} at {far}");
            Assert.IsTrue(Two.PredictAll(FeatureMatrix.Dense([far, 0], 2))[0] is >= 0 and <= 1);
        }
    }

    [TestMethod]
    public void Holds_what_every_model_must()
    {
        ModelChecks.Holds(Two, Rows.Random(2, 90));
        ModelChecks.Holds(Three, Rows.Random(3, 90));
    }

    [TestMethod]
    public void Broken_terms_are_refused()
    {
        Refuses(NaiveBayesTerm.Normal(0, [0], [1]));
        Refuses(NaiveBayesTerm.Normal(0, [0, 1], [1, 0]));
        Refuses(NaiveBayesTerm.Categories(0, [-1, -1, -1]));
        Refuses(NaiveBayesTerm.Categories(0, [0.5, -1]));
        Refuses(NaiveBayesTerm.Normal(2, [0, 1], [1, 1]));

        static void Refuses(NaiveBayesTerm term) => Assert.ThrowsExactly<ArgumentException>(() => new NaiveBayesModel(2, [-0.1, -1], [term]));
    }

    private static double Density(double x, double mean, double variance) => Math.Exp(-(x - mean) * (x - mean) / (2 * variance)) / Math.Sqrt(2 * Math.PI * variance);
}
