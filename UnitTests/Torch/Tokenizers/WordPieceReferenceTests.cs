using System.Text.Json;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Ids, tokens and places against those that Python's tokenizers 0.23 gave, kept beside the encoder.</summary>
[TestClass]
[NeedsShared]
public sealed class WordPieceReferenceTests
{
    private static readonly string encoder = Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2");
    private static readonly JsonElement reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(encoder, "reference.json"))).RootElement;
    private static readonly ITextTokenizer tokenizer = Tokenizers.Load(encoder);
    private static readonly int maxLength = reference.GetProperty("max_length").GetInt32();

    public static IEnumerable<object[]> Texts => reference.GetProperty("tokenization").EnumerateArray().Select((t, i) => new object[] { i });

    [TestMethod, DynamicData(nameof(Texts))]
    public void Ids_tokens_and_places_equal_the_reference(int index)
    {
        JsonElement expected = reference.GetProperty("tokenization")[index];
        string text = expected.GetProperty("text").GetString()!;

        TokenizedText tokens = tokenizer.Tokenize(text);
        long[] ids = new long[TokenSequence.Length(tokens.Count, tokenizer.Special, maxLength)];
        TokenSequence.Write(tokens.Ids, tokenizer.Special, maxLength, ids);

        long[] expectedIds = [.. expected.GetProperty("ids").EnumerateArray().Select(v => v.GetInt64())];
        CollectionAssert.AreEqual(expectedIds, ids);
        CollectionAssert.AreEqual(expected.GetProperty("tokens").EnumerateArray().Select(v => v.GetString()).ToArray(), ids.Select(id => tokenizer.TokenOf((int)id)).ToArray());
        int[] unitOf = Units(text);
        (int, int)[] places = [.. expected.GetProperty("offsets").EnumerateArray().Skip(1).SkipLast(1).Select(o => (unitOf[o[0].GetInt32()], unitOf[o[1].GetInt32()]))];
        CollectionAssert.AreEqual(places, tokens.Starts.Zip(tokens.Ends).Take(places.Length).ToArray());
    }

    [TestMethod]
    public void Pairs_equal_the_reference()
    {
        foreach (JsonElement pair in reference.GetProperty("pairs").EnumerateArray())
        {
            int[] a = tokenizer.Tokenize(pair.GetProperty("a").GetString()!).Ids, b = tokenizer.Tokenize(pair.GetProperty("b").GetString()!).Ids;

            long[] ids = new long[TokenSequence.PairLength(a.Length, b.Length, tokenizer.Special, maxLength)], types = new long[ids.Length];
            TokenSequence.WritePair(a, b, tokenizer.Special, maxLength, ids, types);

            CollectionAssert.AreEqual(pair.GetProperty("ids").EnumerateArray().Select(v => v.GetInt64()).ToArray(), ids);
            CollectionAssert.AreEqual(pair.GetProperty("type_ids").EnumerateArray().Select(v => v.GetInt64()).ToArray(), types);
        }
    }

    [TestMethod]
    public void Special_tokens_are_those_of_the_directory() =>
        Assert.AreEqual(new SpecialTokens(Pad: 0, Unknown: 100, Start: 101, Separator: 102, Mask: 103, DoubleSeparator: false, UsesTypeIds: true), tokenizer.Special);

    [TestMethod]
    public void Vocabulary_text_alone_gives_the_same_tokens()
    {
        using Scratch scratch = new();
        foreach (string file in (string[])["vocab.txt", "tokenizer_config.json", "special_tokens_map.json"]) File.Copy(Path.Combine(encoder, file), scratch.At(file));

        ITextTokenizer plain = Tokenizers.Load(scratch.Path);

        Assert.AreEqual(tokenizer.Special, plain.Special);
        foreach (JsonElement text in reference.GetProperty("tokenization").EnumerateArray())
            Same.Tokens(tokenizer.Tokenize(text.GetProperty("text").GetString()!), plain.Tokenize(text.GetProperty("text").GetString()!));
    }

    // The reference counts code points, a place in .NET UTF-16 units.
    private static int[] Units(string text)
    {
        List<int> units = [];
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            units.Add(i);
            if (i + 1 == text.Length) break;
        }
        units.Add(text.Length);
        return [.. units];
    }
}
