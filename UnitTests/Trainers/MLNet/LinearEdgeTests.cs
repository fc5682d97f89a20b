using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class LinearEdgeTests
{
    private static readonly FitContext context = new() { Seed = 1, Threads = 2 };

    private static IEnumerable<object[]> Linear() =>
        from entry in Catalog.Trainers
        where entry.Type.Name is nameof(SdcaLogisticRegression) or nameof(SdcaMaximumEntropy) or nameof(SdcaLinearRegression) or nameof(LbfgsLogisticRegression)
            or nameof(LbfgsMaximumEntropy) or nameof(LbfgsPoissonRegression) or nameof(LinearSvm) or nameof(AveragedPerceptron)
        select new object[] { entry };

    [TestMethod, DynamicData(nameof(Linear))]
    public void Sparse_rows_teach_what_dense_ones_do(TrainerEntry entry)
    {
        MLTask task = entry.Card.Tasks[0];
        TrainingSet sparse = Synthetic.Of(task, 400, sparse: true);
        float[] values = new float[sparse.Rows * 6];
        for (int row = 0; row < sparse.Rows; row++)
            for (int i = 0; i < sparse.Features.Row(row).Indices.Length; i++)
                values[(row * 6) + sparse.Features.Row(row).Indices[i]] = sparse.Features.Row(row).Values[i];
        FeatureMatrix dense = FeatureMatrix.Dense(values, 6);

        float[] one = entry.Create().FitChecked(sparse, context).PredictAll(dense);
        float[] other = entry.Create().FitChecked(new TrainingSet(dense, sparse.Target), context).PredictAll(dense);

        for (int i = 0; i < one.Length; i++) Assert.AreEqual(other[i], one[i], 0.02 * Math.Max(1, Math.Abs(other[i])), $"{entry} row {i}");
    }

    [TestMethod, DynamicData(nameof(Linear))]
    public void Rows_of_zeros_and_tiny_data_give_finite_models_or_a_clear_refusal(TrainerEntry entry)
    {
        MLTask task = entry.Card.Tasks[0];
        string[] classes = task switch { MLTask.Binary => Synthetic.NoYes, MLTask.Multiclass => ["a", "b", "c"], _ => [] };
        TrainingSet zeros = new(FeatureMatrix.Dense(new float[60], 3), new Target("y", task, [.. Enumerable.Range(0, 20).Select(i => (float)(i % Math.Max(2, classes.Length)))], classes));
        TrainingSet two = new(FeatureMatrix.Dense([1, -1], 1), new Target("y", task, [0, 1], classes));

        foreach (TrainingSet data in (TrainingSet[])[zeros, two])
        {
            try
            {
                foreach (float score in entry.Create().FitChecked(data, context).PredictAll(data.Features)) Assert.IsTrue(float.IsFinite(score), entry.Card.Key);
            }
            catch (TrainingException refusal)
            {
                Assert.Contains(entry.Type.Name, refusal.Message);
            }
        }
    }

    [TestMethod]
    public void Poisson_refuses_labels_below_zero_and_all_zero()
    {
        TrainingSet data = Synthetic.Regression(20);
        float[] negative = new float[20];
        negative[3] = -1;

        Assert.Contains("-1", Assert.ThrowsExactly<TrainingException>(() =>
            new LbfgsPoissonRegression().FitChecked(data.With(new Target("y", MLTask.Regression, negative, [])), context)).Message);
        Assert.ThrowsExactly<TrainingException>(() =>
            new LbfgsPoissonRegression().FitChecked(data.With(new Target("y", MLTask.Regression, new float[20], [])), context));
    }

    [TestMethod]
    public void An_averaged_perceptron_follows_weights()
    {
        TrainingSet plain = Synthetic.Binary(600);
        float[] weights = [.. plain.Labels.ToArray().Select(y => y > 0 ? 0.1f : 3f)];

        float[] even = new AveragedPerceptron().FitChecked(plain, context).ScoreAll(plain.Features);
        float[] leaning = new AveragedPerceptron().FitChecked(new TrainingSet(plain.Features, plain.Target, weights), context).ScoreAll(plain.Features);

        Assert.IsLessThan(even.Count(s => s > 0) * 0.8, leaning.Count(s => s > 0));
    }

    [TestMethod]
    public void Nothing_is_written_to_the_console()
    {
        using StringWriter output = new(), error = new();
        (TextWriter before, TextWriter beforeError) = (Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(error);
        try
        {
            foreach (TrainerEntry entry in Catalog.Trainers.Where(t => typeof(IMLNetTrainer).IsAssignableFrom(t.Type)))
                entry.Create().FitChecked(Synthetic.Of(entry.Card.Tasks[0], 60), context);
        }
        finally
        {
            Console.SetOut(before);
            Console.SetError(beforeError);
        }

        Assert.AreEqual("", output.ToString() + error);
    }
}
