using FsCheck;
using FsCheck.Fluent;
using MLPipes.Pipelines;

namespace MLPipes.Featurizers.Tests;

[TestClass]
public sealed class ScalingTests
{
    [TestMethod]
    public void Standard_scaling_agrees_with_scikit_learn()
    {
        // The example of StandardScaler's documentation, scikit-learn 1.5: fit [0, 0, 1, 1], then 2 becomes 3.
        ITransform transform = Fit(new StandardScaling(), 0, 0, 1, 1);

        CollectionAssert.AreEqual(new float[] { -1, 1, 3 }, Apply(transform, 0, 1, 2));
    }

    [TestMethod]
    public void Robust_scaling_agrees_with_scikit_learn()
    {
        // The example of RobustScaler's documentation, scikit-learn 1.5, column by column.
        Close([0, -1, 1], Apply(Fit(new RobustScaling(), 1, -2, 4), 1, -2, 4));
        Close([-2, 0, 0], Apply(Fit(new RobustScaling(), -2, 1, 1), -2, 1, 1));
        Close([0, 0.4f, -1.6f], Apply(Fit(new RobustScaling(), 2, 3, -2), 2, 3, -2));
    }

    [TestMethod]
    public void Quantile_scaling_gives_shares_and_normal_scores()
    {
        float[] data = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        ITransform uniform = Fit(new QuantileScaling { MinSkew = 0, Shape = QuantileShape.Uniform }, data);
        ITransform normal = Fit(new QuantileScaling { MinSkew = 0 }, data);

        Close([0, 0.25f, 0.5f, 0.97f, 1, 1], Apply(uniform, -5, 2.5f, 5, 9.7f, 10, 99));
        // Normal quantiles from the tables of R 4.3: qnorm(0.25), qnorm(0.5), qnorm(0.975); the ends at ±5.199338 as in scikit-learn.
        Close([-0.67448975f, 0, 1.95996398f, 5.199338f, -5.199338f], Apply(normal, 2.5f, 5, 9.75f, 11, -1), 1e-4f);
    }

    [TestMethod]
    public void Quantile_scaling_sends_a_mass_of_equal_values_to_its_middle()
    {
        float[] data = [.. Enumerable.Repeat(0f, 900), .. Enumerable.Range(1, 100).Select(i => (float)i)];

        float[] scaled = Apply(Fit(new QuantileScaling { MinSkew = 0, Shape = QuantileShape.Uniform }, data), 0, 50);

        Assert.AreEqual(0.45f, scaled[0], 0.01f);
        Assert.AreEqual(0.95f, scaled[1], 0.01f);
    }

    [TestMethod]
    public void Quantile_scaling_leaves_symmetric_columns_to_others()
    {
        FeaturizerFit fit = new QuantileScaling().Fit([new NumberColumn("n", [1, 2, 3, 4, 5])], new FeaturizerContext());

        StringAssert.Contains(fit.Reason, "skewness is 0");
    }

    [TestMethod]
    public void Missing_numbers_stand_in_as_the_median_the_mean_or_zero()
    {
        float[] data = [1, 2, 9, float.NaN];

        Assert.AreEqual(2, Apply(Fit(new MissingFill(), data), float.NaN)[0]);
        Assert.AreEqual(4, Apply(Fit(new MissingFill { Fill = FillValue.Mean }, data), float.NaN)[0]);
        Assert.AreEqual(0, Apply(Fit(new MissingFill { Fill = FillValue.Zero }, data), float.NaN)[0]);
        CollectionAssert.AreEqual(new float[] { 0, 1 }, Apply(Fit(new MissingIndicator(), data), 5, float.NaN));
    }

    [TestMethod]
    public void Outliers_are_held_in()
    {
        ITransform transform = Fit(new StandardScaling { Limit = 3 }, 0, 0, 1, 1);

        CollectionAssert.AreEqual(new float[] { 3, -3 }, Apply(transform, 1e30f, -1e30f));
    }

    [TestMethod]
    public void Scaled_training_values_have_mean_0_and_deviation_1() => Check(values =>
    {
        float[] scaled = Apply(Fit(new StandardScaling { Limit = 1e9 }, values), values);
        double mean = scaled.Average(), deviation = Math.Sqrt(scaled.Average(v => (v - mean) * (v - mean)));
        return Math.Abs(mean) < 1e-3 && Math.Abs(deviation - 1) < 1e-3;
    });

    [TestMethod]
    public void Quantile_scaling_keeps_the_order() => Check(values =>
    {
        ITransform transform = Fit(new QuantileScaling { MinSkew = 0, Quantiles = 16 }, values);
        float[] scaled = Apply(transform, [.. values.Order()]);
        return scaled.Zip(scaled.Skip(1)).All(p => p.First <= p.Second) && scaled.All(float.IsFinite);
    });

    private static void Check(Func<float[], bool> holds) => Prop.ForAll(
        ArbMap.Default.ArbFor<int[]>(), whole =>
        {
            float[] values = [.. whole.Select(v => v / 8f), 0, 1];
            return holds(values);
        }).QuickCheckThrowOnFailure();

    private static ITransform Fit(IFeaturizer featurizer, params float[] values) =>
        featurizer.Fit([new NumberColumn("n", values)], new FeaturizerContext { Needs = FeaturePlanTests.Linear }).Transform!;

    private static float[] Apply(ITransform transform, params float[] values) => Cases.Dense(transform, [new NumberColumn("n", values)]);

    private static void Close(float[] expected, float[] actual, float within = 1e-5f)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], within, $"at {i}");
    }
}
