using System.Text;
using System.Text.Json;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Tokenizers in directories and in model files.</summary>
[TestClass]
public sealed class TokenizerFileTests
{
    private const string Text = "Lower low 中國 é's <mask> [MASK] x";

    private static byte[] Plain(TextTokenizer tokenizer)
    {
        using MemoryStream stream = new();
        new PlainWriter(stream).Part(tokenizer);
        return stream.ToArray();
    }

    [TestMethod]
    public void Every_kind_comes_back_from_a_model_file()
    {
        foreach (TextTokenizer tokenizer in NastyTextTests.All)
        {
            PlainReader reader = new(Plain(tokenizer), "test");
            ITextTokenizer read = reader.Part<ITextTokenizer>();

            Assert.IsTrue(reader.IsAtEnd);
            Assert.AreEqual(tokenizer.Special, read.Special);
            Assert.AreEqual(tokenizer.VocabularySize, read.VocabularySize);
            Same.Tokens(tokenizer.Tokenize(Text), read.Tokenize(Text));
        }
    }

    [TestMethod]
    public void A_model_file_that_is_cut_or_changed_is_refused_or_read_never_a_crash()
    {
        byte[] sound = Plain(ByteLevelTests.Small());
        Random random = new(5);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = (byte[])sound.Clone();
            if (round % 3 == 0) damaged = damaged[..random.Next(damaged.Length)];
            else damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                new PlainReader(damaged, "test").Part<ITextTokenizer>().Tokenize(Text);
            }
            catch (BundleException error)
            {
                Assert.IsNotEmpty(error.Message);
            }
        }
    }

    [TestMethod]
    public void A_special_token_outside_the_vocabulary_is_refused()
    {
        byte[] sound = Plain(ByteLevelTests.Small());
        // The last 22 bytes: five ids and two truth values.
        BitConverter.GetBytes(1_000_000).CopyTo(sound, sound.Length - 22);

        StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => new PlainReader(sound, "test").Part<ITextTokenizer>()).Message, "special token 1000000");
    }

    [TestMethod]
    public void Written_files_have_the_members_that_Python_reads()
    {
        using Scratch scratch = new();
        Tokenizers.Save(NastyTextTests.All[0], scratch.Path, maxLength: 128);

        JsonElement tokenizer = JsonDocument.Parse(File.ReadAllBytes(scratch.At("tokenizer.json"))).RootElement;
        JsonElement config = JsonDocument.Parse(File.ReadAllBytes(scratch.At("tokenizer_config.json"))).RootElement;

        CollectionAssert.AreEqual((string[])["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"], tokenizer.EnumerateObject().Select(m => m.Name).ToArray());
        Assert.AreEqual("BertNormalizer", tokenizer.GetProperty("normalizer").GetProperty("type").GetString());
        Assert.AreEqual("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"[SEP]","type_id":1}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}}""",
            tokenizer.GetProperty("post_processor").GetRawText());
        Assert.AreEqual("BertTokenizer", config.GetProperty("tokenizer_class").GetString());
        Assert.AreEqual(128, config.GetProperty("model_max_length").GetInt32());
        CollectionAssert.AreEqual((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], File.ReadLines(scratch.At("vocab.txt"), Encoding.UTF8).Take(5).ToArray());
    }

    [TestMethod]
    public void Written_vocabulary_text_alone_gives_the_same_tokens()
    {
        foreach (int kind in (int[])[0, 1])
        {
            using Scratch scratch = new();
            Tokenizers.Save(NastyTextTests.All[kind], scratch.Path);
            File.Delete(scratch.At("tokenizer.json"));

            ITextTokenizer read = Tokenizers.Load(scratch.Path);

            Same.Tokens(NastyTextTests.All[kind].Tokenize(Text), read.Tokenize(Text));
        }
    }

    [TestMethod]
    [NeedsShared]
    public void The_encoder_s_tokenizer_json_is_written_as_it_was_read()
    {
        string encoder = Path.Combine(SharedFolder.Path, "models", "all-minilm-l6-v2");
        using Scratch scratch = new();
        Tokenizers.Save(Tokenizers.Load(encoder), scratch.Path);

        JsonElement theirs = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(encoder, "tokenizer.json"))).RootElement;
        JsonElement ours = JsonDocument.Parse(File.ReadAllBytes(scratch.At("tokenizer.json"))).RootElement;

        // Theirs asks for truncation and padding, which are the caller's business.
        foreach (JsonProperty part in theirs.EnumerateObject().Where(p => p.Name is not ("truncation" or "padding")))
            Assert.IsTrue(JsonElement.DeepEquals(part.Value, ours.GetProperty(part.Name)), part.Name);
        CollectionAssert.AreEqual(File.ReadAllLines(Path.Combine(encoder, "vocab.txt")), File.ReadAllLines(scratch.At("vocab.txt")));
    }

    [TestMethod]
    public void MPNet_has_BERT_s_words_and_RoBERTa_s_special_tokens()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("vocab.txt"), "<s>\n<pad>\n</s>\n<unk>\n[UNK]\nlow\n##er\n<mask>\n");
        File.WriteAllText(scratch.At("tokenizer_config.json"), """{"tokenizer_class":"MPNetTokenizer","cls_token":"<s>","sep_token":"</s>","unk_token":"[UNK]","pad_token":"<pad>","mask_token":"<mask>","do_lower_case":true}""");

        ITextTokenizer tokenizer = Tokenizers.Load(scratch.Path);

        Assert.AreEqual(new SpecialTokens(Pad: 1, Unknown: 4, Start: 0, Separator: 2, Mask: 7, DoubleSeparator: true, UsesTypeIds: false), tokenizer.Special);
        CollectionAssert.AreEqual((int[])[5, 6, 7, 4], tokenizer.Tokenize("Lower <mask> zz").Ids);
    }

    [TestMethod]
    public void Tokenizer_config_decides_over_capitals()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("tokenizer.json"), """{"added_tokens":[{"id":0,"content":"[UNK]","special":true}],"normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"A":1,"a":2}}}""");
        Assert.AreEqual(2, Tokenizers.Load(scratch.Path).Tokenize("A").Ids[0]);

        File.WriteAllText(scratch.At("tokenizer_config.json"), """{"do_lower_case":false}""");

        Assert.AreEqual(1, Tokenizers.Load(scratch.Path).Tokenize("A").Ids[0]);
    }

    [TestMethod]
    public void Added_tokens_stand_whole_with_their_rules()
    {
        AddedToken[] added = [new("<x>", 3, IsSpecial: true, StripsLeft: true, StripsRight: true), new("low", 4, IsSpecial: false, SingleWord: true), new("<x>y", 5, IsSpecial: true)];
        WordPieceModel model = new(["[UNK]", "low", "##er", "<x>", "LOW", "<x>y"], "[UNK]");
        TextTokenizer tokenizer = new(new TokenizerDefinition(added, null, new BertSplitter(), model, new SpecialTokens(-1, 0, -1, -1, -1, false, false)));

        TokenizedText tokens = tokenizer.Tokenize("lower  <x>  low <x>y");

        CollectionAssert.AreEqual((int[])[1, 2, 3, 4, 5], tokens.Ids);
        CollectionAssert.AreEqual((int[])[0, 3, 5, 12, 16], tokens.Starts);
        CollectionAssert.AreEqual((int[])[3, 5, 12, 15, 20], tokens.Ends);
    }

    [TestMethod]
    public void Added_tokens_that_are_normalized_are_found_in_any_capitals()
    {
        AddedToken[] added = [new("NewYork", 1, IsSpecial: false, Normalized: true)];
        WordPieceModel model = new(["[UNK]", "", "in"], "[UNK]");
        TextTokenizer tokenizer = new(new TokenizerDefinition(added, new BertNormalizer(true, true, null, true), new BertSplitter(), model, new SpecialTokens(-1, 0, -1, -1, -1, false, false)));

        CollectionAssert.AreEqual((int[])[2, 1], tokenizer.Tokenize("in NEWYORK").Ids);
        Assert.AreEqual("NewYork", tokenizer.TokenOf(1));
        Assert.AreEqual(1, tokenizer.IdOf("NewYork"));
    }

    [TestMethod]
    public void Ids_outside_the_vocabulary_have_no_token()
    {
        foreach (int id in (int[])[-1, NastyTextTests.All[0].VocabularySize])
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NastyTextTests.All[0].TokenOf(id));
        Assert.AreEqual(-1, NastyTextTests.All[0].IdOf("no such piece"));
    }
}
