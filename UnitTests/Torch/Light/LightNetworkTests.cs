using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Light text networks: what torch trains and what scores without it are the same function.</summary>
[TestClass]
public sealed class LightNetworkTests
{
    private const int Width = 5;
    private static readonly FitContext context = new() { Seed = 3, Threads = 2 };

    public static IEnumerable<string> Bodies => ["convolution", "recurrent"];

    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    [TestMethod, DynamicData(nameof(Bodies))]
    public void Scoring_agrees_with_torch(string kind)
    {
        using IDisposable scope = NewDisposeScope();
        ITextBody body = Body(kind);
        ITextPart part = body.ToPart();
        int[] lengths = [1, 2, 3, 7, 4];
        float[][] texts = [.. lengths.Select((n, i) => Words(n, seed: i))];

        float[] batch = TextWeights.ArrayOf(body.Encode(Padded(texts, 7), lengths));

        float[] one = new float[part.Outputs];
        for (int i = 0; i < texts.Length; i++)
        {
            part.Encode(texts[i], lengths[i], one);
            for (int k = 0; k < one.Length; k++) Assert.AreEqual(batch[(i * one.Length) + k], one[k], 1e-5, $"text {i}, output {k}");
        }
    }

    [TestMethod, DynamicData(nameof(Bodies))]
    public void What_a_batch_is_padded_to_changes_nothing(string kind)
    {
        using IDisposable scope = NewDisposeScope();
        ITextBody body = Body(kind);
        float[][] texts = [Words(3, 1), Words(2, 2)];

        float[] tight = TextWeights.ArrayOf(body.Encode(Padded(texts, 3), [3, 2])), loose = TextWeights.ArrayOf(body.Encode(Padded(texts, 11), [3, 2]));

        for (int i = 0; i < tight.Length; i++) Assert.AreEqual(tight[i], loose[i], 1e-6);
    }

    [TestMethod, DynamicData(nameof(Bodies))]
    public void Parts_come_back_from_a_file_and_damage_is_refused(string kind)
    {
        using IDisposable scope = NewDisposeScope();
        ITextPart part = Body(kind).ToPart();
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(part);
        byte[] bytes = stream.ToArray();
        float[] text = Words(4, 1), before = new float[part.Outputs], after = new float[part.Outputs];

        ITextPart read = new PlainReader(bytes, "part").Part<ITextPart>();
        part.Encode(text, 4, before);
        read.Encode(text, 4, after);

        CollectionAssert.AreEqual(before, after);
        for (int cut = 0; cut < bytes.Length; cut += 1 + (bytes.Length / 60))
            Assert.ThrowsExactly<BundleException>(() => new PlainReader(bytes[..cut], "part").Part<ITextPart>());
    }

    [TestMethod]
    public void Networks_learn_from_the_order_of_words()
    {
        TrainingSet data = Ordered(500, 1), test = Ordered(200, 2);
        foreach (ITrainer trainer in (ITrainer[])[new TextCnn { Epochs = 8, Filters = 16, Width = 16 }, new TextBiLstm { Epochs = 12, Cells = 16, Width = 16, BatchSize = 32 }])
        {
            float[] predicted = trainer.FitChecked(data, context).PredictAll(test.Features);

            double accuracy = predicted.Where((p, i) => p > 0.5 == (test.Labels[i] == 1)).Count() / (double)predicted.Length;
            Assert.IsGreaterThan(0.9, accuracy, trainer.GetType().Name);
        }
    }

    [TestMethod]
    public void The_best_epoch_is_kept_and_can_be_made_again()
    {
        TrainingSet data = Ordered(200, 1), held = Ordered(80, 2);
        TextCnn trainer = new() { Filters = 8, Width = 8, Epochs = 4 };

        IModel model = trainer.FitChecked(data, context with { Validation = held });
        IModel again = trainer.WithRounds(trainer.RoundsOf(model)).FitChecked(data, context);

        Assert.IsTrue(trainer.RoundsOf(model) is >= 1 and <= 4, $"{trainer.RoundsOf(model)} epochs");
        Assert.AreEqual(trainer.RoundsOf(model), trainer.RoundsOf(again));
    }

    [TestMethod]
    public void A_table_without_text_is_refused()
    {
        TrainingSet data = new(FeatureMatrix.Dense([1, 2, 3, 4], 1), new Target("y", MLTask.Binary, [0, 1, 0, 1], ["no", "yes"]));

        TrainingException error = Assert.ThrowsExactly<TrainingException>(() => new TextCnn().FitChecked(data, context));

        StringAssert.Contains(error.Message, "text column");
    }

    [TestMethod, NeedsShared]
    public void Token_ids_are_those_of_the_tokenizer_and_come_back_from_a_file()
    {
        string encoder = Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2");
        TextColumn column = new("t", [.. ((string[])["Where is my new card?", "", "naïve 房间 🙂 \uD800", string.Join(' ', Enumerable.Repeat("card", 90))]).Select(s => s.AsMemory())]);
        ITextTokenizer tokenizer = Tokenizers.Load(encoder);

        ITransform transform = new TokenIds { Encoder = encoder, MaxTokens = 50 }.Fit([column], new FeaturizerContext { Needs = Needs.TokenIds }).Transform!;
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(transform);
        ITransform read = new PlainReader(stream.ToArray(), "ids").Part<ITransform>();

        Assert.HasCount(50, transform.Features);
        TokenLayout layout = TokenLayout.Of(read.Features);
        TokenRow row = new(layout);
        for (int i = 0; i < column.Count; i++)
        {
            float[] values = new float[50];
            read.Write([column], i, 1, new FeatureBlock(values, 50));
            layout.Read(new FeatureRow(values), row);
            CollectionAssert.AreEqual(tokenizer.Tokenize(column.TextAt(i) ?? "").Ids.Take(50).ToArray(), row.Ids(0).ToArray());
        }
    }

    [TestMethod]
    public void Without_an_encoder_token_ids_decline()
    {
        FeaturizerFit fit = new TokenIds { Encoder = "" }.Fit([new TextColumn("t", ["a b".AsMemory()])], new FeaturizerContext { Needs = Needs.TokenIds });

        Assert.IsNull(fit.Transform);
        StringAssert.Contains(fit.Reason, "MLPIPES_ENCODER");
    }

    private static ITextBody Body(string kind) => kind == "convolution" ? new ConvolutionBody(Width, [1, 2, 4], 3, new Random(1)) : new RecurrentBody(Width, 4, new Random(1));

    private static float[] Words(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count * Width).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    private static Tensor Padded(float[][] texts, int length)
    {
        float[] values = new float[texts.Length * length * Width];
        for (int i = 0; i < texts.Length; i++) texts[i].CopyTo(values, i * length * Width);
        return tensor(values).view(texts.Length, length, Width);
    }

    /// <summary>Texts of seven words in which "3 then 4" says yes and "4 then 3" says no.</summary>
    private static TrainingSet Ordered(int rows, int seed)
    {
        const int Length = 7;
        Random random = new(seed);
        float[] x = new float[rows * Length], y = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = x.AsSpan(r * Length, Length);
            int words = random.Next(3, Length + 1), at = random.Next(words - 1);
            for (int i = 0; i < words; i++) row[i] = 6 + random.Next(5);
            y[r] = random.Next(2);
            (row[at], row[at + 1]) = y[r] == 1 ? (4f, 5f) : (5f, 4f);
        }
        FeatureInfo[] features = [.. Enumerable.Range(0, Length).Select(i => new FeatureInfo($"t@{i}", "t") { IsTokenId = true })];
        return new TrainingSet(FeatureMatrix.Dense(x, features), new Target("y", MLTask.Binary, y, ["no", "yes"]));
    }
}
