using FsCheck;
using FsCheck.Fluent;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class CalibrationTests
{
    private static readonly FitContext context = new() { Seed = 5, Threads = 2 };

    [TestMethod]
    public void Platt_finds_the_curve_that_scores_came_from()
    {
        Random random = new(1);
        float[] scores = new float[40_000], labels = new float[scores.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = (float)(3 * Synthetic.Normal(random));
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-((0.7 * scores[i]) - 0.4))) ? 1 : 0;
        }

        (double slope, double offset) = PlattScaling.Fit(scores, labels, []);

        Assert.AreEqual(0.7, slope, 0.02);
        Assert.AreEqual(-0.4, offset, 0.03);
    }

    [TestMethod]
    public void Platt_is_at_the_optimum_of_its_smoothed_targets()
    {
        float[] scores = [-2.5f, -1, -0.3f, 0.1f, 0.4f, 0.9f, 1.7f, 3], labels = [0, 0, 1, 0, 1, 1, 0, 1], weights = [1, 2, 1, 0.5f, 1, 3, 1, 1];

        (double slope, double offset) = PlattScaling.Fit(scores, labels, weights);

        double positives = 6, negatives = 4.5, g1 = 0, g2 = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double target = labels[i] > 0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2);
            double error = weights[i] * ((1 / (1 + Math.Exp(-((slope * scores[i]) + offset)))) - target);
            g1 += error * scores[i];
            g2 += error;
        }
        Assert.AreEqual(0, g1, 1e-6);
        Assert.AreEqual(0, g2, 1e-6);
    }

    [TestMethod]
    public void Platt_stays_finite_on_separated_and_on_huge_scores()
    {
        (double slope, double offset) = PlattScaling.Fit([-1e6f, -1e5f, 1e5f, 1e6f], [0, 0, 1, 1], []);

        Assert.IsTrue(double.IsFinite(slope) && double.IsFinite(offset) && slope > 0, $"{slope}, {offset}");
    }

    [TestMethod]
    public void Isotonic_pools_violators_as_scikit_learn_does()
    {
        // IsotonicRegression().fit([1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 3.5, 6]) of scikit-learn gives [1, 2.5, 2.5, 3.75, 3.75, 6].
        (float[] knots, float[] levels) = IsotonicRegression.Fit([4, 1, 3, 2, 6, 5], [4, 1, 2, 3, 6, 3.5f], []);

        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, knots);
        CollectionAssert.AreEqual(new float[] { 1, 2.5f, 2.5f, 3.75f, 3.75f, 6 }, levels);
    }

    [TestMethod]
    public void Isotonic_never_falls_and_keeps_the_weighted_mean()
    {
        Prop.ForAll<(int, bool, byte)[]>(rows =>
        {
            if (rows.Length == 0) return;
            float[] scores = [.. rows.Select(r => (float)(r.Item1 % 50))], labels = [.. rows.Select(r => r.Item2 ? 1f : 0)], weights = [.. rows.Select(r => r.Item3 + 1f)];

            (float[] knots, float[] levels) = IsotonicRegression.Fit(scores, labels, weights);

            for (int i = 1; i < knots.Length; i++) Assert.IsTrue(knots[i] > knots[i - 1] && levels[i] >= levels[i - 1]);
            float[] fitted = [.. scores];
            new IsotonicLink(knots, levels).Apply(fitted, 1);
            Assert.AreEqual(labels.Zip(weights, (y, w) => (double)y * w).Sum(), fitted.Zip(weights, (p, w) => (double)p * w).Sum(), 1e-3 * weights.Sum());
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    [DataRow(CalibrationMethod.Platt)]
    [DataRow(CalibrationMethod.Isotonic)]
    public void Calibration_makes_margins_better_probabilities(CalibrationMethod method)
    {
        TrainingSet data = Synthetic.Binary(3000), test = Synthetic.Binary(6000).Take([.. Enumerable.Range(3000, 3000)]);
        AveragedPerceptron perceptron = new();

        IModel calibrated = new Calibrated(perceptron, method).FitChecked(data, context);
        IModel raw = new LinkedModel(perceptron.FitChecked(data, context), new LogisticLink());

        double better = Synthetic.LogLoss(calibrated, test), worse = Synthetic.LogLoss(raw, test);
        Assert.IsLessThan(worse * 0.98, better, $"calibrated {better}, raw {worse}");
    }

    [TestMethod]
    public void Calibration_does_not_depend_on_threads()
    {
        TrainingSet data = Synthetic.Binary(400);
        Calibrated trainer = new(new LinearSvm());

        float[] one = trainer.FitChecked(data, context with { Threads = 1 }).PredictAll(data.Features);
        float[] two = trainer.FitChecked(data, context with { Threads = 3 }).PredictAll(data.Features);

        CollectionAssert.AreEqual(one, two);
    }

    [TestMethod]
    public void A_class_with_one_row_can_not_be_calibrated()
    {
        TrainingSet data = Synthetic.Binary(50);
        float[] labels = new float[50];
        labels[7] = 1;

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() =>
            new Calibrated(new LinearSvm()).FitChecked(data.With(new Target("y", MLTask.Binary, labels, Synthetic.NoYes)), context));

        Assert.Contains("1 rows", error.Message);
    }

    [TestMethod]
    public void Options_of_the_wrapper_and_of_the_inner_trainer_are_checked()
    {
        TrainingSet data = Synthetic.Binary(50);

        Assert.ThrowsExactly<OptionsException>(() => new Calibrated(new LinearSvm()) { Folds = 1 }.FitChecked(data, context));
        Assert.ThrowsExactly<OptionsException>(() => new Calibrated(new LinearSvm { C = -1 }).FitChecked(data, context));
        Assert.ThrowsExactly<OptionsException>(() => new Calibrated(new LinearSvm(), (CalibrationMethod)9).FitChecked(data, context));
    }
}
