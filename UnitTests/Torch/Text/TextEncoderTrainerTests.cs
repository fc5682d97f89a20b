using System.Diagnostics;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TextEncoderTrainerTests
{
    private static ToyEncoder toy = null!;

    [ClassInitialize]
    public static void Make(TestContext context) => toy = new ToyEncoder();

    [ClassCleanup]
    public static void Clean() => toy.Dispose();

    private static TextEncoderTrainer Trainer => new() { Encoder = toy.Folder, Epochs = 5, LearningRate = 3e-3, BatchSize = 16, Precision = TrainingPrecision.Float32 };

    [TestMethod]
    public void Learns_two_classes()
    {
        IModel model = Trainer.FitChecked(toy.Binary(), new FitContext { Seed = 1 });

        Assert.IsGreaterThan(0.95, ToyEncoder.Accuracy(model, toy.Binary(100, seed: 2)));
        Assert.AreEqual(1, model.OutputCount);
    }

    [TestMethod]
    public void Learns_three_classes_and_gives_probabilities()
    {
        IModel model = Trainer.FitChecked(toy.Multiclass(), new FitContext { Seed = 1 });

        TrainingSet test = toy.Multiclass(100, seed: 2);
        Assert.IsGreaterThan(0.9, ToyEncoder.Accuracy(model, test));
        foreach (float[] row in model.PredictAll(test.Features).Chunk(3)) Assert.AreEqual(1, row.Sum(), 1e-4);
    }

    [TestMethod]
    public void Learns_numbers_on_their_own_scale()
    {
        (string[] texts, string[] labels) = ToyEncoder.Texts(240, 1, 3);
        float[] values = [.. labels.Select(l => l == "good" ? 1050f : l == "bad" ? 950f : 1000f)];
        TrainingSet data = toy.Set(MLTask.Regression, [], values, null, ("text", texts));

        float[] scores = (Trainer with { Epochs = 8 }).FitChecked(data, new FitContext()).PredictAll(data.Features);

        Assert.IsLessThan(20.0, scores.Zip(values, (a, b) => Math.Abs(a - b)).Average());
    }

    [TestMethod]
    public void Reads_two_columns_as_a_pair()
    {
        // Whether both texts are of one class: no text alone tells.
        (string[] first, string[] a) = ToyEncoder.Texts(500, 1);
        (string[] second, string[] b) = ToyEncoder.Texts(500, 2);
        float[] same = [.. a.Zip(b, (x, y) => x == y ? 1f : 0f)];
        TrainingSet data = toy.Set(MLTask.Binary, ["no", "yes"], same, null, ("first", first), ("second", second));

        IModel model = (Trainer with { Epochs = 30 }).FitChecked(data, new FitContext { Seed = 2 });

        Assert.IsGreaterThan(0.85, ToyEncoder.Accuracy(model, data));
    }

    [TestMethod]
    public void Other_columns_stand_beside_the_text()
    {
        (string[] texts, _) = ToyEncoder.Texts(240, 1);
        Random random = new(3);
        float[] quantity = [.. texts.Select(_ => (float)((random.NextDouble() * 4) - 2))];
        TrainingSet data = toy.Set(MLTask.Binary, ["no", "yes"], [.. quantity.Select(q => q > 0 ? 1f : 0f)], quantity, ("text", texts));

        IModel model = Trainer.FitChecked(data, new FitContext());

        Assert.IsGreaterThan(0.9, ToyEncoder.Accuracy(model, data));
    }

    [TestMethod, DataRow(LongTexts.MeanOfWindows, true), DataRow(LongTexts.MaxOfWindows, true), DataRow(LongTexts.Cut, false)]
    public void What_stands_late_in_a_long_text_counts_unless_it_is_cut(LongTexts longTexts, bool isRead)
    {
        (string[] telling, string[] labels) = ToyEncoder.Texts(200, 1, filler: 2);
        string filler = string.Join(' ', Enumerable.Repeat("the room was very", 5));
        TrainingSet data = toy.Set(MLTask.Binary, ["bad", "good"], [.. labels.Select(l => l == "good" ? 1f : 0f)], null, ("text", [.. telling.Select(t => $"{filler} {t}")]));

        IModel model = (Trainer with { LongTexts = longTexts, MaxLength = 16, Epochs = 8 }).FitChecked(data, new FitContext());

        Assert.AreEqual(isRead, ToyEncoder.Accuracy(model, data) > 0.9);
    }

    [TestMethod, DataRow(Adaptation.HeadOnly), DataRow(Adaptation.LoRA), DataRow(Adaptation.AdaLora), DataRow(Adaptation.BitFit), DataRow(Adaptation.Bottleneck), DataRow(Adaptation.Prefix), DataRow(Adaptation.Prompt)]
    public void Every_way_to_adapt_learns_and_is_saved(Adaptation adaptation)
    {
        TrainingSet data = toy.Binary();

        IModel model = (Trainer with { Adaptation = adaptation, Epochs = adaptation == Adaptation.HeadOnly ? 60 : 10, LearningRate = 1e-2, Pooling = TextPooling.Mean, Adapter = new AdaptationOptions { VirtualTokens = 4 } }).FitChecked(data, new FitContext { Seed = 1 });

        Assert.IsGreaterThan(0.8, ToyEncoder.Accuracy(model, data), adaptation.ToString());
        AssertClose(model.ScoreAll(data.Features), Reload(model).ScoreAll(data.Features), 1e-6);
    }

    public static IEnumerable<object[]> Changes =>
    [
        ["Epochs", (TextEncoderTrainer t) => t with { Epochs = 2 }], ["LearningRate", (TextEncoderTrainer t) => t with { LearningRate = 1e-4 }],
        ["BatchSize", (TextEncoderTrainer t) => t with { BatchSize = 8 }], ["Accumulation", (TextEncoderTrainer t) => t with { Accumulation = 2 }],
        ["Pooling", (TextEncoderTrainer t) => t with { Pooling = TextPooling.Mean }], ["MaxLength", (TextEncoderTrainer t) => t with { MaxLength = 8 }],
        ["Schedule", (TextEncoderTrainer t) => t with { Schedule = RateSchedule.Constant }], ["WarmUp", (TextEncoderTrainer t) => t with { WarmUp = 0.5 }],
        ["LayerDecay", (TextEncoderTrainer t) => t with { LayerDecay = 0.5 }], ["UnfreezeShare", (TextEncoderTrainer t) => t with { UnfreezeShare = 0.9 }],
        ["WeightDecay", (TextEncoderTrainer t) => t with { WeightDecay = 5 }], ["Dropout", (TextEncoderTrainer t) => t with { Dropout = 0.4 }],
        ["LabelSmoothing", (TextEncoderTrainer t) => t with { LabelSmoothing = 0.3 }], ["Adversarial", (TextEncoderTrainer t) => t with { Adversarial = AdversarialTraining.FreeLb }],
        ["Averaging", (TextEncoderTrainer t) => t with { Averaging = WeightAveraging.Exponential }], ["Precision", (TextEncoderTrainer t) => t with { Precision = TrainingPrecision.BFloat16 }],
    ];

    [TestMethod, DynamicData(nameof(Changes))]
    public void Every_option_changes_what_is_learned(string option, Func<TextEncoderTrainer, TextEncoderTrainer> change)
    {
        TrainingSet data = toy.Binary(80);
        TextEncoderTrainer plain = Trainer with { Epochs = 1 };

        float[] before = plain.FitChecked(data, new FitContext { Seed = 1 }).ScoreAll(data.Features), after = change(plain).FitChecked(data, new FitContext { Seed = 1 }).ScoreAll(data.Features);

        CollectionAssert.AreNotEqual(before, after, option);
        Assert.IsTrue(after.All(float.IsFinite));
    }

    [TestMethod]
    public void Computing_layers_again_changes_nothing()
    {
        TrainingSet data = toy.Binary(80);
        TextEncoderTrainer plain = Trainer with { Epochs = 1, Dropout = 0.2 };

        float[] kept = plain.FitChecked(data, new FitContext()).ScoreAll(data.Features), again = (plain with { RecomputesLayers = true }).FitChecked(data, new FitContext()).ScoreAll(data.Features);

        AssertClose(kept, again, 1e-4);
    }

    [TestMethod]
    public void Same_seed_gives_the_same_scores_and_another_seed_others()
    {
        TrainingSet data = toy.Binary(120);
        TextEncoderTrainer trainer = Trainer with { Epochs = 2, Dropout = 0.3 };

        float[] first = trainer.FitChecked(data, new FitContext { Seed = 7, Threads = 2 }).ScoreAll(data.Features);
        float[] again = trainer.FitChecked(data, new FitContext { Seed = 7, Threads = 2 }).ScoreAll(data.Features);
        float[] other = trainer.FitChecked(data, new FitContext { Seed = 8, Threads = 2 }).ScoreAll(data.Features);

        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);
    }

    [TestMethod]
    public void A_row_alone_scores_as_among_others_and_padding_counts_for_nothing()
    {
        TrainingSet data = toy.Multiclass(90);
        IModel model = (Trainer with { Epochs = 1 }).FitChecked(data, new FitContext());
        float[] batch = model.ScoreAll(data.Features), alone = new float[batch.Length];

        for (int row = 0; row < data.Rows; row++) model.Score(data.Features.Row(row), alone.AsSpan(row * 3, 3));

        AssertClose(batch, alone, 1e-4);
    }

    [TestMethod]
    public void Several_threads_score_at_once()
    {
        TrainingSet data = toy.Binary(200);
        IModel model = (Trainer with { Epochs = 1 }).FitChecked(data, new FitContext());
        float[] expected = model.ScoreAll(data.Features);

        Parallel.For(0, 8, _ => AssertClose(expected, model.ScoreAll(data.Features, threads: 2), 1e-4));
    }

    [TestMethod]
    public void The_best_epoch_by_the_validation_set_is_kept()
    {
        // The held-out labels are turned round: each epoch makes the network worse at them.
        TrainingSet data = toy.Binary(), right = toy.Binary(80, seed: 5);
        TrainingSet held = right.With(new Target("label", MLTask.Binary, [.. right.Labels.ToArray().Select(y => 1 - y)], ["bad", "good"]));
        TextEncoderTrainer trainer = Trainer with { Patience = 0 };

        TextEncoderModel model = (TextEncoderModel)trainer.FitChecked(data, new FitContext { Validation = held });

        Assert.AreEqual(1, model.Epochs);
        Assert.AreEqual(1, trainer.RoundsOf(model));
        Assert.IsGreaterThan(ToyEncoder.Accuracy(trainer.FitChecked(data, new FitContext()), held), ToyEncoder.Accuracy(model, held));
    }

    [TestMethod]
    public void Progress_tells_the_score_and_the_speed()
    {
        List<string> told = [];

        Trainer.FitChecked(toy.Binary(), new FitContext { Validation = toy.Binary(80, seed: 5), Progress = new Listener(p => told.Add(p.What)) });

        Assert.IsTrue(told.Any(t => t.Contains("accuracy") && t.Contains("tokens/s")), string.Join('\n', told));
    }

    [TestMethod]
    public void Balanced_classes_lift_the_rare_one()
    {
        (string[] texts, _) = ToyEncoder.Texts(300, 1);
        // One row in ten is of the class, by chance: only the weights move the scores.
        float[] labels = [.. texts.Select((_, i) => i % 10 == 0 ? 1f : 0f)];
        TrainingSet data = toy.Set(MLTask.Binary, ["no", "yes"], labels, null, ("text", texts));
        TextEncoderTrainer trainer = Trainer with { Epochs = 2, LearningRate = 1e-3 };

        double plain = trainer.FitChecked(data, new FitContext()).PredictAll(data.Features).Average();
        double balanced = (trainer with { ClassWeights = ClassWeighting.Balanced }).FitChecked(data, new FitContext()).PredictAll(data.Features).Average();

        Assert.IsLessThan(0.25, plain);
        Assert.IsGreaterThan(0.35, balanced);
    }

    [TestMethod, TestCategory("Slow")]
    public void A_deadline_is_kept_within_a_tenth_and_gives_a_trained_model()
    {
        TrainingSet data = toy.Binary(2000), held = toy.Binary(200, seed: 4);
        TimeSpan budget = TimeSpan.FromSeconds(8);
        (Trainer with { Epochs = 1 }).FitChecked(toy.Binary(40), new FitContext());
        Stopwatch watch = Stopwatch.StartNew();

        IModel model = (Trainer with { Epochs = 500 }).FitChecked(data, new FitContext { Validation = held, Deadline = TimeProvider.System.GetUtcNow() + budget });
        TimeSpan took = watch.Elapsed;

        Assert.IsLessThan(1.1 * budget.TotalSeconds, took.TotalSeconds);
        Assert.IsGreaterThan(0.9, ToyEncoder.Accuracy(model, held));
    }

    [TestMethod]
    public void Cancellation_ends_it_soon()
    {
        using CancellationTokenSource cancel = new();
        Stopwatch watch = new();
        Listener listener = new(_ =>
        {
            if (watch.IsRunning) return;
            watch.Start();
            cancel.Cancel();
        });

        Assert.ThrowsExactly<OperationCanceledException>(() => (Trainer with { Epochs = 1000 }).FitChecked(toy.Binary(1000), new FitContext { Cancel = cancel.Token, Progress = listener }));

        Assert.IsLessThan(5.0, watch.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public void A_saved_model_scores_as_before()
    {
        TrainingSet data = toy.Multiclass(60);
        IModel model = (Trainer with { Epochs = 1 }).FitChecked(data, new FitContext());

        IModel loaded = Reload(model);

        CollectionAssert.AreEqual(model.PredictAll(data.Features), loaded.PredictAll(data.Features));
        Assert.AreEqual(1, ((TextEncoderModel)loaded).Epochs);
    }

    [TestMethod]
    public void A_damaged_model_is_refused()
    {
        TrainingSet data = toy.Binary(30);
        IModel model = (Trainer with { Epochs = 1 }).FitChecked(data, new FitContext());
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(model);
        byte[] bytes = stream.ToArray();
        Random random = new(1);

        for (int i = 0; i < 60; i++)
        {
            byte[] cut = bytes[..random.Next(bytes.Length)];
            Assert.ThrowsExactly<BundleException>(() => new PlainReader(cut, "model").Part<IModel>());
            byte[] changed = [.. bytes];
            changed[random.Next(2000)] ^= (byte)(1 << random.Next(8));
            try
            {
                new PlainReader(changed, "model").Part<IModel>();
            }
            catch (Exception error) when (error is BundleException or ArgumentException or OverflowException)
            {
                // A clear error is one right answer, a model whose weights differ the other.
            }
        }
    }

    [TestMethod]
    public void Nasty_texts_are_learned_from_and_scored()
    {
        string[] nasty = ["", " ", new string('x', 100_000), "\ud800 lone \udc00", "😀😀😀", "\0\u0001\u0002", "混合 English текст عربى", string.Concat(Enumerable.Repeat("fine ", 3000)), "\u200b\ufeff", "e\u0301"];
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => nasty[i % nasty.Length])];
        TrainingSet data = toy.Set(MLTask.Binary, ["no", "yes"], [.. texts.Select((_, i) => i % 2f)], null, ("text", [.. texts.Select(t => t.Length > 600 ? t[..600] : t)]));

        IModel model = (Trainer with { Epochs = 1 }).FitChecked(data, new FitContext());

        Assert.IsTrue(model.PredictAll(data.Features).All(float.IsFinite));
    }

    [TestMethod]
    public void Says_what_is_missing()
    {
        TrainingSet data = toy.Binary(30), numbers = new(FeatureMatrix.Dense(new float[60], 2), data.Target);

        OptionsException unnamed = Assert.ThrowsExactly<OptionsException>(() => (Trainer with { Encoder = "" }).FitChecked(data, new FitContext()));
        TrainingException textless = Assert.ThrowsExactly<TrainingException>(() => Trainer.FitChecked(numbers, new FitContext()));
        TorchException nowhere = Assert.ThrowsExactly<TorchException>(() => (Trainer with { Encoder = "/no/such/folder" }).FitChecked(data, new FitContext()));
        Assert.ThrowsExactly<OptionsException>(() => (Trainer with { Adaptation = Adaptation.LoRA, Adapter = new AdaptationOptions { Rank = 0 } }).FitChecked(data, new FitContext()));

        Assert.Contains("MLPIPES_ENCODER", unnamed.Message);
        Assert.Contains("token-ids", textless.Message);
        Assert.Contains("/no/such/folder", nowhere.Message);
    }

    [TestMethod]
    public void Ids_of_another_tokenizer_are_refused()
    {
        TrainingSet data = toy.Binary(30);
        float[] values = data.Features.Values.ToArray();
        values[0] = 5000;
        TrainingSet foreign = new(FeatureMatrix.Dense(values, data.Features.Features), data.Target);

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() => Trainer.FitChecked(foreign, new FitContext()));

        Assert.Contains("4999", error.Message);
    }

    [TestMethod]
    public void Defaults_follow_the_shape_of_the_data()
    {
        TextEncoderTrainer trainer = new() { Encoder = "" };
        TextDefaults few = TextDefaults.For(trainer, new DataShape(MLTask.Binary, 7_000, 100, 2) { Tokens = 140_000 });
        TextDefaults many = TextDefaults.For(trainer, new DataShape(MLTask.Multiclass, 7_000, 100, 77) { Tokens = 140_000 });
        TextDefaults large = TextDefaults.For(trainer, new DataShape(MLTask.Binary, 500_000, 100, 2) { Tokens = 10_000_000 });

        Assert.IsGreaterThan(few.Epochs, many.Epochs);
        Assert.IsGreaterThan(few.LearningRate, many.LearningRate);
        Assert.AreEqual(1, large.Epochs);
        Assert.IsGreaterThan(few.Cost.Flops, large.Cost.Flops);
    }

    [TestMethod]
    public void A_fit_on_one_thread_does_not_slow_down_the_scoring_of_a_model_fitted_on_two()
    {
        TrainingSet data = toy.Binary(40);
        IModel model = (Trainer with { Epochs = 1 }).FitChecked(data, new FitContext { Seed = 1, Threads = 2 });
        TorchRuntime.UseThreads(1);

        model.ScoreBatch(data.Features, 0, data.Rows, new float[data.Rows]);

        Assert.IsGreaterThanOrEqualTo(2, TorchSharp.torch.get_num_threads());
    }

    [TestMethod]
    public void A_student_learns_from_a_teacher_with_the_same_vocabulary_alone()
    {
        using ToyEncoder other = new();
        TrainingSet data = toy.Multiclass(200);
        TextEncoderTrainer student = Trainer with { Teacher = toy.Folder, Distillation = new DistillationOptions { HiddenWeight = 0.1 } };

        IModel model = student.FitChecked(data, new FitContext { Seed = 1 });
        float[] plain = Trainer.FitChecked(data, new FitContext { Seed = 1 }).ScoreAll(data.Features);
        OptionsException foreign = Assert.ThrowsExactly<OptionsException>(() => (student with { Teacher = other.WithAnotherWord() }).FitChecked(data, new FitContext()));

        Assert.IsGreaterThan(0.8, ToyEncoder.Accuracy(model, data));
        CollectionAssert.AreNotEqual(plain, model.ScoreAll(data.Features));
        Assert.Contains("vocabulary", foreign.Message);
    }

    private static IModel Reload(IModel model)
    {
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(model);
        return new PlainReader(stream.ToArray(), "model").Part<IModel>();
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance) =>
        Assert.IsLessThanOrEqualTo(tolerance, expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max());

    private sealed class Listener(Action<FitProgress> told) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => told(value);
    }
}
