using MLPipes.Pipelines;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class FewShotTests
{
    private static ToyEncoder toy = null!;

    [ClassInitialize]
    public static void Make(TestContext context) => toy = new ToyEncoder();

    [ClassCleanup]
    public static void Clean() => toy.Dispose();

    // The toy's weights were never trained: a mean with them is worth nothing.
    private static FewShotTrainer Trainer => new() { Encoder = toy.Folder, Epochs = 10, LearningRate = 3e-3, BatchSize = 8, PretrainedShare = 0, Precision = TrainingPrecision.Float32 };

    [TestMethod]
    [DataRow(ContrastTarget.Classes)]
    [DataRow(ContrastTarget.Texts)]
    public void Contrast_helps_where_few_texts_are_labelled(ContrastTarget contrast)
    {
        TrainingSet few = toy.Multiclass(36), test = toy.Multiclass(200, seed: 9);

        // A pass over pairs reads twice as many texts.
        FewShotTrainer trainer = Trainer with { Contrast = contrast, Epochs = contrast == ContrastTarget.Texts ? 10 : 20 };
        double with = ToyEncoder.Accuracy(trainer.FitChecked(few, new FitContext { Seed = 1 }), test);
        double without = ToyEncoder.Accuracy((Trainer with { Epochs = 0 }).FitChecked(few, new FitContext { Seed = 1 }), test);

        Assert.IsGreaterThan(0.7, with);
        Assert.IsGreaterThan(without, with);
    }

    [TestMethod]
    public void Two_classes_give_one_score_and_a_saved_model_the_same()
    {
        TrainingSet data = toy.Binary(40);
        TextEncoderModel model = (TextEncoderModel)Trainer.FitChecked(data, new FitContext { Seed = 1 });
        using MemoryStream stream = new();
        model.Write(new PlainWriter(stream));

        TextEncoderModel again = TextEncoderModel.Read(new PlainReader(stream.ToArray(), "model"));

        Assert.AreEqual(1, model.OutputCount);
        Assert.IsGreaterThan(0.9, ToyEncoder.Accuracy(model, data));
        float[] expected = model.ScoreAll(data.Features), found = again.ScoreAll(data.Features);
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], 1e-5);
    }

    [TestMethod]
    public void Same_seed_gives_the_same_scores()
    {
        TrainingSet data = toy.Binary(40);

        float[] first = Trainer.FitChecked(data, new FitContext { Seed = 4, Threads = 2 }).ScoreAll(data.Features);
        float[] again = Trainer.FitChecked(data, new FitContext { Seed = 4, Threads = 2 }).ScoreAll(data.Features);

        CollectionAssert.AreEqual(first, again);
    }

    [TestMethod]
    public void A_class_of_one_text_and_a_single_class_are_learned_without_contrast()
    {
        (string[] texts, string[] labels) = ToyEncoder.Texts(20, 1);
        float[] lonely = [.. labels.Select((_, i) => i == 0 ? 2f : labels[i] == "good" ? 1f : 0f)];
        TrainingSet three = toy.Set(MLTask.Multiclass, ["bad", "good", "odd"], lonely, null, ("text", texts));
        TrainingSet one = toy.Set(MLTask.Binary, ["bad", "good"], [.. labels.Select(_ => 1f)], null, ("text", texts));

        float[] scores = Trainer.FitChecked(three, new FitContext()).ScoreAll(three.Features), same = Trainer.FitChecked(one, new FitContext()).ScoreAll(one.Features);

        Assert.IsTrue(scores.All(float.IsFinite));
        Assert.IsTrue(same.All(s => s > 0));
    }

    [TestMethod]
    public void A_deadline_ends_the_embedding_and_the_head_learns_from_the_rows_made_by_then()
    {
        TrainingSet data = toy.Binary(64 * 30);
        TickingClock clock = new();

        IModel model = (Trainer with { Epochs = 0 }).FitChecked(data, new FitContext { Seed = 1, Time = clock, Deadline = clock.GetUtcNow().AddSeconds(8) });

        Assert.IsLessThan(16, clock.Reads, "one a batch, of thirty, and one for the head");
        Assert.IsGreaterThan(0.6, ToyEncoder.Accuracy(model, data));
    }

    [TestMethod]
    public void Refuses_no_encoder_and_no_text()
    {
        TrainingSet numbers = new(FeatureMatrix.Dense([1f, 2f], [new FeatureInfo("x", "x")]), new Target("label", MLTask.Binary, [0, 1], ["a", "b"]));

        Assert.Throws<OptionsException>(() => (Trainer with { Encoder = "" }).Fit(toy.Binary(20), new FitContext()));
        Assert.Throws<TrainingException>(() => Trainer.Fit(numbers, new FitContext()));
    }

    [TestMethod]
    public void With_the_pre_trained_weights_alone_contrast_changes_nothing()
    {
        TrainingSet few = toy.Multiclass(36);

        float[] before = (Trainer with { Epochs = 0 }).FitChecked(few, new FitContext { Seed = 1 }).ScoreAll(few.Features);
        float[] blended = (Trainer with { PretrainedShare = 1 }).FitChecked(few, new FitContext { Seed = 1 }).ScoreAll(few.Features);
        float[] half = (Trainer with { PretrainedShare = 0.5 }).FitChecked(few, new FitContext { Seed = 1 }).ScoreAll(few.Features);

        for (int i = 0; i < before.Length; i++) Assert.AreEqual(before[i], blended[i], 1e-5);
        Assert.IsGreaterThan(0.1, before.Zip(half, (a, b) => Math.Abs(a - b)).Max());
    }

    [TestMethod]
    public void The_loss_over_classes_is_that_of_the_formula()
    {
        TorchRuntime.Load();
        using DisposeScope scope = NewDisposeScope();
        Tensor vectors = arange(3 * 4, ScalarType.Float32).mul(1.3).sin().view(3, 4), centres = arange(2 * 4, ScalarType.Float32).mul(0.7).cos().view(2, 4);
        vectors = vectors / vectors.norm(1, keepdim: true);
        float[] v = EncoderCases.Floats(vectors), c = EncoderCases.Floats(centres);
        long[] classes = [1, 0, 1];
        double expected = Enumerable.Range(0, 3).Average(i => Math.Log(Enumerable.Range(0, 2).Sum(k => Math.Exp(Cosine(i, k) / 0.1))) - Cosine(i, (int)classes[i]) / 0.1);

        double found = ClassContrastJob.Contrast(vectors, centres, classes, 0.1).ToDouble();

        Assert.AreEqual(expected, found, 1e-4);

        double Cosine(int i, int k) => Enumerable.Range(0, 4).Sum(j => (double)v[i * 4 + j] * c[k * 4 + j]) / Math.Sqrt(Enumerable.Range(0, 4).Sum(j => (double)c[k * 4 + j] * c[k * 4 + j]));
    }

    [TestMethod]
    public void The_loss_over_texts_is_that_of_the_formula()
    {
        TorchRuntime.Load();
        using DisposeScope scope = NewDisposeScope();
        int[] classes = [0, 1, 0, 1, 1, 0];
        Tensor vectors = arange(6 * 4, ScalarType.Float32).mul(1.3).sin().view(6, 4);
        vectors = vectors / vectors.norm(1, keepdim: true);
        float[] v = EncoderCases.Floats(vectors);
        double expected = 0;
        for (int i = 0; i < 6; i++)
        {
            double all = Enumerable.Range(0, 6).Where(k => k != i).Sum(k => Math.Exp(Dot(i, k) / 0.1));
            int[] same = [.. Enumerable.Range(0, 6).Where(p => p != i && classes[p] == classes[i])];
            expected -= same.Average(p => Math.Log(Math.Exp(Dot(i, p) / 0.1) / all)) / 6;
        }

        double found = ContrastJob.Contrast(vectors, classes, 0.1).ToDouble();

        Assert.AreEqual(expected, found, 1e-4);

        double Dot(int a, int b) => Enumerable.Range(0, 4).Sum(j => (double)v[a * 4 + j] * v[b * 4 + j]);
    }

    [TestMethod]
    public void The_head_stands_where_the_gradient_is_zero()
    {
        TorchRuntime.Load();
        Random random = new(1);
        const int rows = 60, width = 5, classes = 3;
        float[] x = [.. Enumerable.Range(0, rows * width).Select(_ => random.NextSingle() - 0.5f)], weights = [.. Enumerable.Range(0, rows).Select(_ => random.NextSingle() + 0.5f)];
        int[] y = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];

        (float[] w, float[] b) = SoftmaxHead.Fit(x, width, y, classes, weights, l2: 0.3);

        for (int k = 0; k < classes; k++)
        {
            double[] gradient = new double[width + 1];
            for (int j = 0; j < width; j++) gradient[j] = 0.3 * w[k * width + j];
            for (int row = 0; row < rows; row++)
            {
                double[] scores = [.. Enumerable.Range(0, classes).Select(c => b[c] + Enumerable.Range(0, width).Sum(j => (double)w[c * width + j] * x[row * width + j]))];
                double error = weights[row] * (Math.Exp(scores[k]) / scores.Sum(Math.Exp) - (y[row] == k ? 1 : 0));
                for (int j = 0; j < width; j++) gradient[j] += error * x[row * width + j];
                gradient[width] += error;
            }
            foreach (double g in gradient) Assert.AreEqual(0, g, 1e-3);
        }
    }
}
