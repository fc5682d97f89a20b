using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Tests;

[TestClass]
public sealed class CalibratorTests
{
    [TestMethod]
    [DataRow(0.5, 0.0)]
    [DataRow(2.0, 0.7)]
    [DataRow(1.4, -1.0)]
    public void Finds_the_slope_and_the_offset_that_binary_probabilities_lack(double slope, double offset)
    {
        Random random = new(4);
        float[] labels = new float[20_000], probabilities = new float[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            double z = 2 * Normal(random);
            labels[i] = random.NextDouble() < 1 / (1 + Math.Exp(-z)) ? 1 : 0;
            probabilities[i] = (float)(1 / (1 + Math.Exp(-((z - offset) / slope))));
        }

        Decision? decision = Calibrator.Choose(Metric.Find("auc"), Binary(labels), probabilities, []);

        Assert.IsNotNull(decision);
        Assert.AreEqual(slope, decision.Slope, 0.06 * slope);
        Assert.AreEqual(offset, decision.Offset, 0.08);
        Assert.AreEqual(0.5f, decision.Threshold);
    }

    [TestMethod]
    public void Finds_the_temperature_of_several_classes()
    {
        Random random = new(5);
        float[] labels = new float[10_000], probabilities = new float[labels.Length * 3];
        for (int i = 0; i < labels.Length; i++)
        {
            double[] z = [Normal(random) * 2, Normal(random) * 2, Normal(random) * 2];
            double[] p = Softmax(z);
            double draw = random.NextDouble();
            labels[i] = draw < p[0] ? 0 : draw < p[0] + p[1] ? 1 : 2;
            double[] flat = Softmax([z[0] / 3, z[1] / 3, z[2] / 3]);
            for (int k = 0; k < 3; k++) probabilities[(i * 3) + k] = (float)flat[k];
        }
        Target target = new("y", MLTask.Multiclass, labels, ["a", "b", "c"]);

        Decision decision = Calibrator.Choose(Metric.Find("logloss", MLTask.Multiclass), target, probabilities, [])!;

        Assert.AreEqual(3, decision.Slope, 0.1);
        Assert.AreEqual(0, decision.Offset);
    }

    [TestMethod]
    public void Leaves_sound_probabilities_and_few_rows_alone()
    {
        Random random = new(6);
        float[] probabilities = [.. Enumerable.Range(0, 4_000).Select(_ => (float)random.NextDouble())];
        float[] labels = [.. probabilities.Select(p => random.NextDouble() < p ? 1f : 0f)];

        Assert.IsNull(Calibrator.Choose(Metric.Find("auc"), Binary(labels), probabilities, []));
        Assert.IsNull(Calibrator.Choose(Metric.Find("f1", MLTask.Binary), Binary(labels[..50]), probabilities[..50], []));
    }

    [TestMethod]
    [DataRow("f1")]
    [DataRow("mcc")]
    [DataRow("balanced_accuracy")]
    public void Chooses_a_threshold_that_the_metric_prefers_on_rare_positives(string key)
    {
        Random random = new(7);
        float[] probabilities = [.. Enumerable.Range(0, 6_000).Select(_ => (float)Math.Pow(random.NextDouble(), 6))];
        float[] labels = [.. probabilities.Select(p => random.NextDouble() < p ? 1f : 0f)];
        Metric metric = Metric.Find(key, MLTask.Binary);

        Decision decision = Calibrator.Choose(metric, Binary(labels), probabilities, [])!;

        Assert.AreNotEqual(0.5f, decision.Threshold);
        double tuned = metric.Evaluate(Binary(labels), probabilities, default, decision.Threshold);
        Assert.IsGreaterThan(metric.Evaluate(Binary(labels), probabilities) + 0.01, tuned);
        for (float other = 0.05f; other < 1; other += 0.05f) Assert.IsLessThanOrEqualTo(tuned + 0.003, metric.Evaluate(Binary(labels), probabilities, default, other), $"at {other}");
    }

    [TestMethod]
    [DataRow("precision")]
    [DataRow("recall")]
    [DataRow("negative_recall")]
    public void One_sided_metrics_leave_the_threshold_alone(string key)
    {
        Random random = new(8);
        float[] probabilities = [.. Enumerable.Range(0, 2_000).Select(_ => (float)random.NextDouble())];
        float[] labels = [.. probabilities.Select(p => random.NextDouble() < p ? 1f : 0f)];

        Assert.AreEqual(0.5f, Calibrator.Choose(Metric.Find(key, MLTask.Binary), Binary(labels), probabilities, [])?.Threshold ?? 0.5f);
    }

    [TestMethod]
    public void Certain_and_wrong_probabilities_stay_finite()
    {
        float[] labels = [.. Enumerable.Range(0, 400).Select(i => (float)(i % 2))];
        foreach (float[] probabilities in (float[][])[[.. labels], [.. labels.Select(l => 1 - l)], [.. labels.Select(_ => 0.5f)], [.. labels.Select(_ => 0f)]])
        {
            Decision? decision = Calibrator.Choose(Metric.Find("f1", MLTask.Binary), Binary(labels), probabilities, []);
            float[] calibrated = [.. probabilities];
            decision?.Calibrate(calibrated, 1);
            Assert.IsTrue(calibrated.All(p => p is >= 0 and <= 1));
        }
    }

    private static Target Binary(float[] labels) => new("y", MLTask.Binary, labels, ["no", "yes"]);

    private static double[] Softmax(double[] z)
    {
        double sum = z.Sum(Math.Exp);
        return [.. z.Select(v => Math.Exp(v) / sum)];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
