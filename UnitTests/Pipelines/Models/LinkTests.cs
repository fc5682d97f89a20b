using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class LinkTests
{
    public static IEnumerable<object[]> EveryLink =>
    [
        [new IdentityLink()], [new LogisticLink()], [new LogisticLink(-2.5f, 0.3f)], [new SoftmaxLink()], [new ExpLink()], [new NormalizedLink()],
        [new IsotonicLink([-1, 0, 2], [0.1f, 0.4f, 0.9f])], [new IsotonicLink([-1, 0, 2], [0.1f, 0.4f, 0.9f], KnotReading.Step)],
    ];

    [TestMethod, DynamicData(nameof(EveryLink))]
    public void A_row_alone_equals_the_row_in_a_batch(ILink link)
    {
        Random random = new(3);
        float[] scores = new float[3 * 37];
        for (int i = 0; i < scores.Length; i++) scores[i] = (float)((random.NextDouble() - 0.4) * 20);
        float[] batch = [.. scores];

        link.Apply(batch, 3);

        for (int row = 0; row < 37; row++)
        {
            float[] alone = scores[(row * 3)..((row * 3) + 3)];
            link.Apply(alone, 3);
            CollectionAssert.AreEqual(alone, batch[(row * 3)..((row * 3) + 3)]);
        }
    }

    [TestMethod, DynamicData(nameof(EveryLink))]
    public void Saved_links_load_equal_and_damaged_ones_are_refused(ILink link)
    {
        float[] expected = [-3, 0, 0.5f, 4], loaded = [-3, 0, 0.5f, 4];

        byte[] bytes = ModelChecks.Save(link);
        link.Apply(expected, 2);
        ModelChecks.Load<ILink>(bytes).Apply(loaded, 2);

        CollectionAssert.AreEqual(expected, loaded);
        ModelChecks.DamagedBytesGiveAPartOrABundleException<ILink>(bytes, 3_000, damaged => damaged.Apply(new float[] { -3, 0, float.NaN, 4 }, 2));
    }

    [TestMethod]
    public void Logistic_and_exp_agree_with_doubles()
    {
        for (float score = -100; score <= 100; score += 0.37f)
        {
            float[] logistic = [score], exp = [score];
            new LogisticLink(0.7f, 0.2f).Apply(logistic, 1);
            new ExpLink().Apply(exp, 1);
            double p = 1 / (1 + Math.Exp(-((0.7f * score) + 0.2f))), e = Math.Exp(score);
            Assert.AreEqual(p, logistic[0], 1e-6 * p + 1e-37);
            if (e < float.MaxValue) Assert.AreEqual(e, exp[0], 1e-6 * e + 1e-37);
            else Assert.AreEqual(float.PositiveInfinity, exp[0]);
        }
    }

    [TestMethod]
    public void Isotonic_link_interpolates_and_is_constant_outside()
    {
        float[] linear = [-9, -1, -0.5f, 0, 1, 2, 9, float.NaN], steps = [.. linear];

        new IsotonicLink([-1, 0, 2], [0.1f, 0.4f, 0.9f]).Apply(linear, 1);
        new IsotonicLink([-1, 0, 2], [0.1f, 0.4f, 0.9f], KnotReading.Step).Apply(steps, 1);

        float[] expected = [0.1f, 0.1f, 0.25f, 0.4f, 0.65f, 0.9f, 0.9f, float.NaN];
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], linear[i], 1e-6f);
        CollectionAssert.AreEqual(new float[] { 0.1f, 0.1f, 0.1f, 0.4f, 0.4f, 0.9f, 0.9f, float.NaN }, steps);
    }

    [TestMethod]
    public void Isotonic_link_refuses_what_does_not_rise()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new IsotonicLink([0, 0], [0, 1]));
        Assert.ThrowsExactly<ArgumentException>(() => new IsotonicLink([0, 1], [1, 0]));
        Assert.ThrowsExactly<ArgumentException>(() => new IsotonicLink([], []));
        Assert.ThrowsExactly<ArgumentException>(() => new IsotonicLink([0, float.NaN], [0, 1]));
    }

    [TestMethod]
    public void Normalized_rows_sum_to_one_even_when_all_are_zero()
    {
        float[] scores = [1, 3, 0, 0, 0.5f, 0];

        new NormalizedLink().Apply(scores, 2);

        CollectionAssert.AreEqual(new float[] { 0.25f, 0.75f, 0.5f, 0.5f, 1, 0 }, scores);
    }
}
