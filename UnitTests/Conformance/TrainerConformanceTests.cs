using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLPipes.Pipelines;

namespace MLPipes.Conformance.Tests;

/// <summary>What every trainer keeps, found by the crawl and never listed.</summary>
[TestClass]
public sealed class TrainerConformanceTests
{
    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> EveryTrainer => TrainerCase.For("");

    public static IEnumerable<object[]> RowByRow => TrainerCase.For(nameof(A_single_row_scores_as_in_the_batch));

    public static IEnumerable<object[]> Repeatable => TrainerCase.For(nameof(Same_seed_gives_the_same_scores));

    public static IEnumerable<object[]> SparseReaders => TrainerCase.For(nameof(Sparse_rows_are_learned_from));

    public static IEnumerable<object[]> Winners => EveryTrainer.Where(c => !((TrainerCase)c[0]).Trainer.Card.IsBaseline);

    public static IEnumerable<object[]> Weighted => TrainerCase.For(nameof(Row_weights_are_honoured)).Where(c => ((TrainerCase)c[0]).Trainer.Card.UsesWeights);

    [TestMethod]
    public void The_crawl_finds_the_trainers()
    {
        Assert.IsGreaterThanOrEqualTo(18, Catalog.Trainers.Count, string.Join(", ", Catalog.Trainers));
    }

    [TestMethod]
    public void Exemptions_are_few_and_have_reasons()
    {
        ExcusedAttribute[] excused = [.. Catalog.Trainers.SelectMany(t => t.Type.GetCustomAttributes<ExcusedAttribute>())];

        foreach (TrainerEntry trainer in Catalog.Trainers)
            foreach (ExcusedAttribute e in trainer.Type.GetCustomAttributes<ExcusedAttribute>())
                TestContext.WriteLine($"{trainer}: excused from {e.Check}: {e.Reason}");

        Assert.IsLessThanOrEqualTo(6, excused.Length);
        Assert.IsTrue(excused.All(e => e.Reason.Length > 20 && typeof(TrainerConformanceTests).GetMethod(e.Check) is not null));
    }

    [TestMethod, DynamicData(nameof(Repeatable))]
    public void Same_seed_gives_the_same_scores(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data();

        float[] first = trainer.Fitted().ScoreAll(data.Features);
        float[] again = trainer.Start(data).FitChecked(data, TrainerCase.Context()).ScoreAll(data.Features);

        CollectionAssert.AreEqual(first, again);
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void The_input_is_left_untouched(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data();
        byte[] before = Hash(data);

        trainer.Start(data).FitChecked(data, TrainerCase.Context());

        CollectionAssert.AreEqual(before, Hash(data));
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void A_saved_model_scores_as_before(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data();
        IModel model = trainer.Fitted();

        IModel loaded = Reload(model);

        CollectionAssert.AreEqual(model.PredictAll(data.Features), loaded.PredictAll(data.Features));
    }

    [TestMethod, DynamicData(nameof(RowByRow))]
    public void A_single_row_scores_as_in_the_batch(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data();
        IModel model = trainer.Fitted();
        float[] batch = model.ScoreAll(data.Features), single = new float[batch.Length];

        for (int r = 0; r < data.Rows; r++) model.Score(data.Features.Row(r), single.AsSpan(r * model.OutputCount, model.OutputCount));

        CollectionAssert.AreEqual(batch, single);
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void Predictions_are_probabilities_or_finite_numbers(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data();
        IModel model = trainer.Fitted();

        float[] predictions = model.PredictAll(data.Features);

        Assert.AreEqual(data.Shape.Outputs, model.OutputCount);
        Assert.IsTrue(predictions.All(float.IsFinite));
        if (trainer.Task == MLTask.Regression || model.Link is null) return;
        Assert.IsTrue(predictions.All(p => p is >= 0 and <= 1.000001f));
        if (trainer.Task == MLTask.Multiclass)
            foreach (float[] row in predictions.Chunk(model.OutputCount)) Assert.AreEqual(1, row.Sum(), 1e-4);
    }

    [TestMethod, DynamicData(nameof(EveryTrainer))]
    public void Missing_values_and_unseen_categories_are_scored(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data();
        IModel model = trainer.Fitted();
        float[] rows = data.Features.Values[..(data.Features.Width * 2)].ToArray();
        rows.AsSpan(0, data.Features.Width).Fill(float.NaN);
        rows[^1] = 1000;

        float[] predictions = model.PredictAll(FeatureMatrix.Dense(rows, data.Features.Features));

        bool mayBeMissing = trainer.Trainer.Card.Needs.HasFlag(Needs.NoMissing);
        Assert.IsTrue(predictions.Skip(mayBeMissing ? model.OutputCount : 0).All(float.IsFinite));
    }

    [TestMethod, DynamicData(nameof(SparseReaders))]
    public void Sparse_rows_are_learned_from(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data(sparse: true);

        IModel model = trainer.Start(data).FitChecked(data, TrainerCase.Context());

        Assert.IsTrue(model.PredictAll(data.Features).All(float.IsFinite));
    }

    [TestMethod, DynamicData(nameof(Winners))]
    public void It_beats_the_constant_baseline(TrainerCase trainer)
    {
        TrainingSet data = trainer.Data(rows: 600), test = trainer.Data(rows: 300, seed: 2);
        IModel model = trainer.Start(data).FitChecked(data, TrainerCase.Context());

        double loss = Loss(test, model), baseline = BaselineLoss(data, test);

        TestContext.WriteLine($"{trainer}: {loss:F4}, constant {baseline:F4}");
        Assert.IsLessThan(0.9 * baseline, loss);
    }

    [TestMethod, DynamicData(nameof(Weighted))]
    public void Row_weights_are_honoured(TrainerCase trainer)
    {
        // Each row stands twice, under a lower and a higher label: not even a trainer that memorises its rows can tell them apart.
        TrainingSet data = trainer.Data();
        float[] labels = data.Labels.ToArray(), other = [.. labels.Select(y => trainer.Task == MLTask.Regression ? y + 4 : (y + 1) % data.Target.Classes.Count)];
        TrainingSet twice = data.Take([.. Enumerable.Range(0, data.Rows), .. Enumerable.Range(0, data.Rows)])
            .With(new Target("label", trainer.Task, [.. labels, .. other], data.Target.Classes));
        float[] weights = [.. labels.Concat(other).Zip(other.Concat(labels), (own, its) => own < its ? 20f : 0.2f)];

        double plain = Toward(trainer.Start(twice).FitChecked(twice, TrainerCase.Context()), data);
        double leaning = Toward(trainer.Start(twice).FitChecked(new TrainingSet(twice.Features, twice.Target, weights), TrainerCase.Context()), data);

        Assert.IsLessThan(plain, leaning, $"{trainer}: mean prediction {plain} unweighted, {leaning} weighted");
    }

    private static double Toward(IModel model, TrainingSet data)
    {
        // Mean raw score of the last output falls when low labels (or class 0) weigh more.
        float[] scores = model.Link is null ? model.ScoreAll(data.Features) : model.PredictAll(data.Features);
        return scores.Where((_, i) => i % model.OutputCount == model.OutputCount - 1).Average();
    }

    internal static double Loss(TrainingSet data, IModel model)
    {
        float[] predictions = model.PredictAll(data.Features);
        int outputs = model.OutputCount;
        double loss = 0;
        for (int r = 0; r < data.Rows; r++)
        {
            loss += data.Task switch
            {
                MLTask.Regression => Math.Pow(predictions[r] - data.Labels[r], 2),
                MLTask.Binary => (model.Link is null ? predictions[r] > 0 : predictions[r] > 0.5) == (data.Labels[r] == 1) ? 0 : 1,
                _ => Highest(predictions.AsSpan(r * outputs, outputs)) == (int)data.Labels[r] ? 0 : 1,
            };
        }
        return loss / data.Rows;
    }

    private static double BaselineLoss(TrainingSet train, TrainingSet test)
    {
        float[] labels = train.Labels.ToArray();
        float constant = train.Task == MLTask.Regression ? labels.Average() : labels.GroupBy(y => y).MaxBy(g => g.Count())!.Key;
        return test.Labels.ToArray().Average(y => train.Task == MLTask.Regression ? Math.Pow(y - constant, 2) : y == constant ? 0 : 1);
    }

    private static int Highest(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int k = 1; k < row.Length; k++) if (row[k] > row[best]) best = k;
        return best;
    }

    internal static IModel Reload(IModel model)
    {
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(model);
        PlainReader reader = new(stream.ToArray(), "model");
        IModel loaded = reader.Part<IModel>();
        Assert.IsTrue(reader.IsAtEnd);
        return loaded;
    }

    private static byte[] Hash(TrainingSet data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(data.Features.Values));
        hash.AppendData(MemoryMarshal.AsBytes(data.Labels));
        return hash.GetHashAndReset();
    }
}
