using MLPipes.Pipelines;

namespace MLPipes.Trainers.Tests;

[TestClass]
public sealed class FastTextTests
{
    private static readonly FitContext context = new() { Seed = 4, Threads = 2 };

    [TestMethod]
    public void Pairs_of_words_tell_what_single_words_do_not()
    {
        // Both classes hold the same words; only their order differs.
        TrainingSet data = Ordered(400), test = Ordered(200, seed: 9);

        double pairs = Accuracy(new FastText { Epochs = 12 }.FitChecked(data, context), test), words = Accuracy(new FastText { MaxWords = 1, Epochs = 12 }.FitChecked(data, context), test);

        Assert.IsGreaterThan(0.97, pairs);
        Assert.IsLessThan(0.65, words);
    }

    [TestMethod]
    public void The_number_of_threads_changes_nothing()
    {
        TrainingSet data = Ordered(200), held = Ordered(80, seed: 3);

        float[] one = new FastText().FitChecked(data, context with { Threads = 1, Validation = held }).ScoreAll(held.Features);
        float[] four = new FastText().FitChecked(data, context with { Threads = 4, Validation = held }).ScoreAll(held.Features);

        CollectionAssert.AreEqual(one, four);
    }

    [TestMethod]
    public void Folded_and_joined_networks_score_as_their_mean()
    {
        // Few numbers a vector and many of them give models of both forms; each must agree with the networks one by one.
        TrainingSet data = Ordered(60);
        BagTerms terms = BagTerms.Learn(data.Features, 2, 1000, CancellationToken.None);
        TextRows rows = new(data, terms, LabelRange.Classes, CancellationToken.None);
        foreach ((int width, int outputs) in ((int, int)[])[(8, 3), (2, 7)])
        {
            BagNet[] nets = [.. Enumerable.Range(0, 2).Select(m => Shaken(new BagNet(MLTask.Multiclass, terms.Count, terms.Columns, width, outputs, rows, m), m))];
            float[] mean = new float[rows.Count * outputs];
            foreach (BagNet net in nets) net.AddScores(rows, mean);

            BagModel model = BagFolding.ToModel(terms, [.. nets.Select(n => n.Copy())], MLTask.Multiclass, LabelRange.Classes, 1);
            float[] scores = model.ScoreAll(data.Features);

            for (int i = 0; i < scores.Length; i++) Assert.AreEqual(mean[i] / 2, scores[i], 1e-4, $"width {width}, {outputs} outputs");
        }
    }

    [TestMethod]
    public void It_keeps_the_best_epoch_and_can_be_told_to_make_as_many()
    {
        TrainingSet data = Ordered(200), held = Ordered(80, seed: 3);
        FastText trainer = new();

        int rounds = trainer.RoundsOf(trainer.FitChecked(data, context with { Validation = held }));
        IModel again = ((FastText)trainer.WithRounds(rounds)).FitChecked(data, context);

        Assert.IsGreaterThan(0, rounds);
        Assert.AreEqual(rounds, trainer.RoundsOf(again));
    }

    [TestMethod]
    public void It_learns_without_a_text_column_from_the_quantities_alone()
    {
        float[] x = [.. Enumerable.Range(0, 400).Select(i => (float)((i % 20) - 10) / 5)];
        TrainingSet data = new(FeatureMatrix.Dense(x, 1), new Target("y", MLTask.Binary, [.. x.Select(v => v > 0 ? 1f : 0)], ["no", "yes"]));

        Assert.IsGreaterThan(0.95, Accuracy(new FastText { Epochs = 10 }.FitChecked(data, context), data));
    }

    [TestMethod]
    public void Scoring_a_row_allocates_nothing()
    {
        TrainingSet data = Ordered(60);
        IModel model = new FastText { Epochs = 2 }.FitChecked(data, context);
        float[] score = new float[1];
        model.Score(data.Features.Row(0), score);

        Assert.AreEqual(0, MLPipes.Tests.Allocated.By(() =>
        {
            for (int i = 0; i < 20; i++) model.Score(data.Features.Row(i), score);
        }));
    }

    [TestMethod]
    public void Damaged_data_is_refused_or_scores()
    {
        TrainingSet data = Ordered(40);
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(new FastText { Epochs = 1, Width = 2 }.FitChecked(data, context));
        byte[] whole = stream.ToArray();
        Random random = new(5);
        for (int i = 0; i < 400; i++)
        {
            byte[] bytes = i % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            if (i % 2 == 1) bytes[random.Next(Math.Min(bytes.Length, 400))] ^= (byte)(1 << random.Next(8));
            try
            {
                IModel model = new PlainReader(bytes, "damaged").Part<IModel>();
                if (model.FeatureCount == data.Features.Width) model.ScoreAll(data.Features);
            }
            catch (BundleException)
            {
                continue;
            }
        }
    }

    private static BagNet Shaken(BagNet net, int seed)
    {
        Random random = new(seed);
        foreach (float[] values in (float[][])[net.Vectors, net.Weights, net.Biases])
            for (int i = 0; i < values.Length; i++) values[i] = (float)(random.NextDouble() - 0.5);
        return net;
    }

    /// <summary>Texts of six words in which "3 then 4" says yes and "4 then 3" says no.</summary>
    private static TrainingSet Ordered(int rows, int seed = 1)
    {
        const int Length = 6;
        Random random = new(seed);
        float[] x = new float[rows * Length], y = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = x.AsSpan(r * Length, Length);
            for (int i = 0; i < Length; i++) row[i] = 6 + random.Next(5);
            int at = random.Next(Length - 1);
            y[r] = random.Next(2);
            (row[at], row[at + 1]) = y[r] == 1 ? (4f, 5f) : (5f, 4f);
        }
        FeatureInfo[] features = [.. Enumerable.Range(0, Length).Select(i => new FeatureInfo($"t@{i}", "t") { IsTokenId = true })];
        return new TrainingSet(FeatureMatrix.Dense(x, features), new Target("y", MLTask.Binary, y, ["no", "yes"]));
    }

    private static double Accuracy(IModel model, TrainingSet test)
    {
        float[] predicted = model.PredictAll(test.Features);
        return predicted.Where((p, i) => p > 0.5 == (test.Labels[i] == 1)).Count() / (double)predicted.Length;
    }
}
