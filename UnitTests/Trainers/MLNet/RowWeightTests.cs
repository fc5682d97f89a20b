using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

/// <summary>A row of weight k counts as k equal rows.</summary>
[TestClass]
public sealed class RowWeightTests
{
    public static IEnumerable<object[]> Convex() =>
    [
        [new SdcaLogisticRegression { L2 = 1e-2, Tolerance = 1e-6, Passes = 500 }, MLTask.Binary],
        [new SdcaMaximumEntropy { L2 = 1e-2, Tolerance = 1e-6, Passes = 500 }, MLTask.Multiclass],
        [new SdcaLinearRegression { L2 = 1e-2, Tolerance = 1e-6, Passes = 500 }, MLTask.Regression],
        [new LbfgsLogisticRegression(), MLTask.Binary],
        [new LbfgsMaximumEntropy(), MLTask.Multiclass],
        [new LbfgsPoissonRegression(), MLTask.Regression],
    ];

    [TestMethod, DynamicData(nameof(Convex))]
    public void A_weight_of_three_counts_as_three_rows(ITrainer trainer, MLTask task)
    {
        TrainingSet plain = Synthetic.Of(task, 300);
        float[] weights = [.. Enumerable.Range(0, plain.Rows).Select(r => plain.Labels[r] > 0.5f && r % 2 == 0 ? 3f : 1f)];
        TrainingSet weighted = new(plain.Features, plain.Target, weights);
        TrainingSet repeated = plain.Take([.. Enumerable.Range(0, plain.Rows).SelectMany(r => Enumerable.Repeat(r, (int)weights[r]))]);

        float[] one = trainer.FitChecked(weighted, new FitContext { Threads = 1 }).PredictAll(plain.Features);
        float[] other = trainer.FitChecked(repeated, new FitContext { Threads = 1 }).PredictAll(plain.Features);

        double difference = one.Zip(other, (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(b))).Max();
        Assert.IsLessThan(5e-3, difference, $"{trainer.GetType().Name}: largest difference {difference}");
    }
}
