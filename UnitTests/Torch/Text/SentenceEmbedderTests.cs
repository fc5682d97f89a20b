using System.Text.Json;
using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class SentenceEmbedderTests
{
    private static ToyEncoder toy = null!;

    [ClassInitialize]
    public static void Make(TestContext context) => toy = new ToyEncoder();

    [ClassCleanup]
    public static void Clean() => toy.Dispose();

    [TestMethod, NeedsShared]
    public void Embeddings_agree_with_sentence_transformers()
    {
        string folder = Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2");
        JsonElement[] cases = [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "reference.json"))).RootElement.GetProperty("hidden_states").GetProperty("cases").EnumerateArray()];
        // The reference cuts its longest text to 64 tokens.
        string[] texts = [.. cases.Select(c => c.GetProperty("text").GetString()!).Take(3)];
        using SentenceEmbedder embedder = SentenceEmbedder.Load(folder, CPU, TrainingPrecision.Float32);

        float[] vectors = embedder.Embed(texts);

        Assert.AreEqual(new SentencePooling(SentencePooling.From.Mean, Normalizes: true, 256), embedder.Pooling);
        for (int i = 0; i < texts.Length; i++)
        {
            for (int j = 0; j < 384; j++) Assert.AreEqual(cases[i].GetProperty("sentence_embedding")[j].GetDouble(), vectors[i * 384 + j], 1e-4);
        }
    }

    [TestMethod]
    public void Nasty_texts_have_vectors_of_length_1_whatever_stands_beside_them()
    {
        using SentenceEmbedder embedder = SentenceEmbedder.Load(toy.Folder, CPU, TrainingPrecision.Float32);
        string[] texts = ["", " ", "\ud800", "😀😀", "\0\u0001", new string('a', 100_000), "the room was bright", "ä漢字\u202e"];

        float[] together = embedder.Embed(texts);

        for (int i = 0; i < texts.Length; i++)
        {
            float[] own = together[(i * 32)..((i + 1) * 32)], alone = embedder.Embed([texts[i]]);
            Assert.AreEqual(1, own.Sum(v => v * v), 1e-4);
            for (int j = 0; j < 32; j++) Assert.AreEqual(alone[j], own[j], 1e-5);
        }
    }

    [TestMethod]
    public void Poolings_are_the_first_token_the_largest_value_or_the_mean_of_tokens_alone()
    {
        using SentenceEmbedder embedder = SentenceEmbedder.Load(toy.Folder, CPU, TrainingPrecision.Float32);
        Tensor hidden = tensor(new float[] { 1, 2, 5, -4, 100, 100 }, [1, 3, 2]), mask = tensor(new long[] { 1, 1, 0 }).unsqueeze(0);

        CollectionAssert.AreEqual(new float[] { 3, -1 }, Of(SentencePooling.From.Mean));
        CollectionAssert.AreEqual(new float[] { 1, 2 }, Of(SentencePooling.From.First));
        CollectionAssert.AreEqual(new float[] { 5, 2 }, Of(SentencePooling.From.Max));

        float[] Of(SentencePooling.From kind) => EncoderCases.Floats(new SentencePooling(kind, Normalizes: false, 10).Apply(hidden, mask));
    }

    [TestMethod]
    [DataRow("""[{"type": "sentence_transformers.models.Pooling", "path": "../evil"}]""", "", "name of a folder")]
    [DataRow("""[{"type": "sentence_transformers.models.Dense", "path": "2_Dense"}]""", "", "'Dense'")]
    [DataRow("""[{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]""", """{"pooling_mode_lasttoken": true}""", "pooling_mode_lasttoken")]
    [DataRow("""[{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]""", "{}", "no pooling")]
    [DataRow("""[{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]""", "", "missing")]
    [DataRow("{", "", "can't be read")]
    [DataRow("5", "", "expected a list")]
    public void Refuses_poolings_that_it_does_not_know(string modules, string pooling, string told)
    {
        using EncoderCases.Folder folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "modules.json"), modules);
        Directory.CreateDirectory(Path.Combine(folder.Path, "1_Pooling"));
        if (pooling.Length > 0) File.WriteAllText(Path.Combine(folder.Path, "1_Pooling", "config.json"), pooling);

        StringAssert.Contains(Assert.ThrowsExactly<TorchException>(() => SentencePooling.Read(folder.Path, 128)).Message, told);
    }

    [TestMethod]
    public void The_featurizer_gives_centred_vectors_of_common_scale_that_come_back_from_a_bundle()
    {
        (string[] texts, _) = ToyEncoder.Texts(80, 1);
        Column column = Text([.. texts, null, ""]);
        ITransform transform = new SentenceEmbeddings { Encoder = toy.Folder }.Fit([column], new FeaturizerContext()).Transform!;
        using MemoryStream stream = new();
        ((SentenceEmbeddingsTransform)transform).Write(new PlainWriter(stream));

        float[] values = Written(transform, column), again = Written(SentenceEmbeddingsTransform.Read(new PlainReader(stream.ToArray(), "model")), column);

        Assert.HasCount(32, transform.Features);
        Assert.AreEqual(0, values[..(80 * 32)].Average(), 1e-3);
        Assert.AreEqual(1, values[..(80 * 32)].Average(v => v * v), 1e-2);
        Assert.IsTrue(values[(80 * 32)..].All(v => v == 0));
        for (int i = 0; i < values.Length; i++) Assert.AreEqual(values[i], again[i], 0.05);
    }

    private static TextColumn Text(params string?[] texts) => new("text", [.. texts.Select(t => t.AsMemory())]);

    private static float[] Written(ITransform transform, Column column)
    {
        float[] values = new float[column.Count * transform.Features.Count];
        transform.Write([column], 0, column.Count, new FeatureBlock(values, transform.Features.Count));
        return values;
    }

    [TestMethod]
    public void The_featurizer_declines_without_encoder_or_text()
    {
        Column column = Text("the room", null), blank = Text(null, "");

        Assert.IsNull(new SentenceEmbeddings { Encoder = "" }.Fit([column], new FeaturizerContext()).Transform);
        Assert.IsNull(new SentenceEmbeddings { Encoder = toy.Folder }.Fit([blank], new FeaturizerContext()).Transform);
    }

    [TestMethod]
    public void A_text_is_embedded_once_and_an_encoder_loaded_once()
    {
        SharedEmbedder first = SharedEmbedder.Of(toy.Folder), second = SharedEmbedder.Of(toy.Folder + Path.DirectorySeparatorChar);

        float[] one = first.Embed(["the room", "a film", "the room"])[2], again = first.Embed(["a room", "the room"])[1];

        Assert.AreSame(first, second);
        Assert.AreSame(one, again);
    }

    [TestMethod]
    public void Zero_shot_takes_the_class_whose_name_is_nearest()
    {
        using ZeroShotClassifier classifier = ZeroShotClassifier.Load(toy.Folder);

        int[] found = classifier.Classify(["the room was bright", "grim"], ["grim", "the room was bright"]);
        double[,] scores = classifier.Scores(["the room was bright"], ["grim", "the room was bright"]);

        CollectionAssert.AreEqual(new[] { 1, 0 }, found);
        Assert.AreEqual(1, scores[0, 0] + scores[0, 1], 1e-9);
        Assert.Throws<ArgumentException>(() => classifier.Scores(["a"], ["one"]));
    }
}
