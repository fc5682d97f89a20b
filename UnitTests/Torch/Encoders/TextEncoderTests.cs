using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class TextEncoderTests
{
    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    public static IEnumerable<object[]> Kinds => EncoderCases.Kinds;

    private static Dictionary<string, float[]> Arrays(TextEncoder encoder) => encoder.Weights.ToDictionary(w => w.Key, w => EncoderCases.Floats(w.Value));

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Agrees_with_plain_loops(string kind)
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        using var quiet = no_grad();
        long[] text = EncoderCases.Text(30, 1);
        long[] types = [.. text.Select((_, i) => encoder.Config.TypeVocabularySize > 0 && i > 12 ? 1L : 0)];

        float[] found = EncoderCases.Floats(encoder.forward(tensor(text).unsqueeze(0), ones(1, 30, ScalarType.Int64), tensor(types).unsqueeze(0)));

        double[] expected = [.. new PlainEncoder(encoder.Config, Arrays(encoder)).Run(text, types).SelectMany(row => row)];
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], 1e-5);
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void A_padded_batch_gives_what_single_texts_give(string kind)
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        using var quiet = no_grad();
        long[][] texts = [EncoderCases.Text(5, 1), EncoderCases.Text(17, 2), EncoderCases.Text(1, 3)];
        (Tensor ids, Tensor mask) = EncoderCases.Pad(texts, encoder.Config.PadToken);

        Tensor together = encoder.forward(ids, mask, null);

        for (int i = 0; i < texts.Length; i++)
        {
            Tensor alone = encoder.forward(tensor(texts[i]).unsqueeze(0), ones(1, texts[i].Length, ScalarType.Int64), null);
            Assert.IsLessThan(1e-5, EncoderCases.Farthest(alone[0], together[i].narrow(0, 0, texts[i].Length)));
        }
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void What_is_masked_changes_nothing(string kind)
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        using var quiet = no_grad();
        long[] one = EncoderCases.Text(9, 1), other = [.. one[..6], .. EncoderCases.Text(3, 2)];
        Tensor mask = tensor(new long[] { 1, 1, 1, 1, 1, 1, 0, 0, 0 }).unsqueeze(0);

        Tensor first = encoder.forward(tensor(one).unsqueeze(0), mask, null).narrow(1, 0, 6);
        Tensor second = encoder.forward(tensor(other).unsqueeze(0), mask, null).narrow(1, 0, 6);

        Assert.AreEqual(0, EncoderCases.Farthest(first, second));
    }

    [TestMethod]
    [DataRow("Roberta"), DataRow("XlmRoberta")]
    public void Positions_of_the_roberta_kinds_skip_padding_in_front(string kind)
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        using var quiet = no_grad();
        long[] text = EncoderCases.Text(7, 1);
        Tensor padded = tensor((long[])[1, 1, 1, .. text]).unsqueeze(0), mask = tensor((long[])[0, 0, 0, 1, 1, 1, 1, 1, 1, 1]).unsqueeze(0);

        Tensor behind = encoder.forward(padded, mask, null)[0].narrow(0, 3, 7);

        Tensor alone = encoder.forward(tensor(text).unsqueeze(0), ones(1, 7, ScalarType.Int64), null)[0];
        Assert.IsLessThan(1e-5, EncoderCases.Farthest(alone, behind));
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void A_saved_encoder_comes_back_bit_for_bit(string kind)
    {
        using EncoderCases.Folder folder = new();
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny(kind), seed: 3);
        encoder.Save(folder.Path);

        using TextEncoder again = TextEncoder.Load(folder.Path, CPU);

        Assert.AreEqual(encoder.Config, again.Config);
        CollectionAssert.AreEqual(encoder.Weights.Keys.ToArray(), again.Weights.Keys.ToArray());
        foreach ((string name, var weight) in encoder.Weights) CollectionAssert.AreEqual(EncoderCases.Floats(weight), EncoderCases.Floats(again.Weights[name]), name);
    }

    [TestMethod, DynamicData(nameof(Kinds))]
    public void Shapes_told_beforehand_are_those_of_the_encoder(string kind)
    {
        EncoderConfig config = EncoderCases.Tiny(kind);
        using TextEncoder encoder = TextEncoder.Create(config, seed: 3);

        string[] told = [.. EncoderShapes.Of(config).Concat(EncoderShapes.Optional(config)).Select(w => $"{w.Name} {string.Join("x", w.Shape)}").Order()];

        string[] built = [.. encoder.Weights.Select(w => $"{w.Key} {string.Join("x", w.Value.shape)}").Order()];
        CollectionAssert.AreEqual(built, told);
    }

    [TestMethod]
    public void Albert_shares_one_layer_among_all_passes()
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny("Albert"), seed: 3);

        Assert.HasCount(1, encoder.Layers);
        Assert.HasCount(4, encoder.HiddenStates(tensor(EncoderCases.Text(5, 1)).unsqueeze(0), ones(1, 5, ScalarType.Int64), null));
        Assert.IsFalse(encoder.Weights.Keys.Any(name => name.Contains("groups.1")));
    }

    [TestMethod]
    public void Albert_groups_are_passed_in_turn()
    {
        EncoderConfig config = EncoderCases.Tiny("Albert") with { Layers = 5, LayerGroups = 2 };

        Assert.AreSequenceEqual([0, 0, 0, 1, 1], Enumerable.Range(0, 5).Select(config.GroupOf));
    }

    [TestMethod]
    public void Depths_rise_from_the_embeddings_to_the_pooler()
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 3);

        Assert.AreEqual(0, encoder.DepthOf("embeddings.word_embeddings.weight"));
        Assert.AreEqual(2, encoder.DepthOf("encoder.layer.1.attention.self.query.bias"));
        Assert.AreEqual(4, encoder.DepthOf("pooler.dense.weight"));
        Assert.Throws<ArgumentException>(() => encoder.DepthOf("encoder.layer.9.output.dense.bias"));
    }

    [TestMethod]
    public void Refuses_a_text_longer_than_its_positions()
    {
        using TextEncoder encoder = TextEncoder.Create(EncoderCases.Tiny("Roberta"), seed: 3);

        Assert.Throws<ArgumentException>(() => encoder.forward(ones(1, 41, ScalarType.Int64), ones(1, 41, ScalarType.Int64), null));
    }

    [TestMethod]
    public void Same_seed_same_weights_and_another_seed_others()
    {
        using TextEncoder one = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 3), same = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 3), other = TextEncoder.Create(EncoderCases.Tiny("Bert"), seed: 4);

        const string name = "encoder.layer.0.output.dense.weight";
        CollectionAssert.AreEqual(EncoderCases.Floats(one.Weights[name]), EncoderCases.Floats(same.Weights[name]));
        CollectionAssert.AreNotEqual(EncoderCases.Floats(one.Weights[name]), EncoderCases.Floats(other.Weights[name]));
    }
}
