namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class MaskedBatchTests
{
    private const int Vocabulary = 1000;
    private static readonly SpecialTokens special = new(Pad: 0, Unknown: 1, Start: 2, Separator: 3, Mask: 4, DoubleSeparator: false, UsesTypeIds: true);

    public MaskedBatchTests() => TorchRuntime.Load();

    private static PackedTexts Texts(int texts, int length) => PackedTexts.Of(Enumerable.Range(0, texts).Select(t => Enumerable.Range(0, length).Select(i => 5 + (((t * 31) + i) % 900)).ToArray()), special, length + 2);

    private static MaskedBatch Batch(PackedTexts texts, int seed = 1, double share = 0.15)
    {
        using NoiseSource noise = new(seed);
        return MaskedBatch.Of(texts, [.. Enumerable.Range(0, texts.Count)], special, Vocabulary, share, noise);
    }

    [TestMethod]
    public void Fifteen_percent_are_hidden_in_the_three_ways()
    {
        PackedTexts texts = Texts(400, 100);

        MaskedBatch batch = Batch(texts);

        int masks = batch.Places.Count(p => batch.Ids[p] == special.Mask), same = batch.Places.Zip(batch.Targets).Count(p => batch.Ids[p.First] == p.Second);
        Assert.AreEqual(0.15, batch.Places.Length / 40_000.0, 0.01);
        Assert.AreEqual(0.8, (double)masks / batch.Places.Length, 0.02);
        Assert.AreEqual(0.1, (double)same / batch.Places.Length, 0.02);
        Assert.IsTrue(batch.Ids.All(id => id is >= 0 and < Vocabulary));
    }

    [TestMethod]
    public void Targets_are_what_stood_there_and_all_else_is_as_it_was()
    {
        PackedTexts texts = Texts(20, 30);

        MaskedBatch batch = Batch(texts);

        long[] restored = (long[])batch.Ids.Clone();
        for (int i = 0; i < batch.Places.Length; i++) restored[batch.Places[i]] = batch.Targets[i];
        CollectionAssert.AreEqual(Enumerable.Range(0, texts.Count).SelectMany(s => texts[s].ToArray()).Select(t => (long)t).ToArray(), restored);
        Assert.IsFalse(batch.Targets.Any(t => special.Holds((int)t)));
        CollectionAssert.AreEqual(batch.Places.Distinct().Order().ToArray(), batch.Places);
    }

    [TestMethod]
    public void Short_sequences_are_padded()
    {
        PackedTexts texts = PackedTexts.Of([[10, 11, 12, 13], [14]], special, 6);

        MaskedBatch batch = Batch(texts, share: 1e-9);

        Assert.AreEqual((2, 6), (batch.Rows, batch.Width));
        CollectionAssert.AreEqual((long[])[1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0], batch.Mask);
        CollectionAssert.AreEqual((long[])[0, 0, 0], batch.Ids[9..]);
    }

    [TestMethod]
    public void One_token_is_hidden_at_least() => Assert.HasCount(1, Batch(Texts(1, 5), share: 1e-9).Places);

    [TestMethod]
    public void The_seed_alone_decides()
    {
        PackedTexts texts = Texts(10, 50);

        CollectionAssert.AreEqual(Batch(texts, 3).Ids, Batch(texts, 3).Ids);
        CollectionAssert.AreNotEqual(Batch(texts, 3).Ids, Batch(texts, 4).Ids);
    }
}
