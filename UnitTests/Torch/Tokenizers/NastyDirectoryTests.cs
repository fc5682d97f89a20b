using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Directories that are damaged or ask too much give one clear error that names the file.</summary>
[TestClass]
public sealed class NastyDirectoryTests
{
    private const string Words = """{"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4}},"pre_tokenizer":{"type":"BertPreTokenizer"}}""";
    private const string Pairs = """{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]},"pre_tokenizer":{"type":"ByteLevel"}}""";

    public static IEnumerable<object[]> Damaged =>
    [
        ["", "no sound JSON"],
        ["{", "no sound JSON"],
        ["[]", "no object"],
        ["null", "no object"],
        ["{}", "'model' is missing"],
        ["""{"model":7}""", "'model' is the number 7 where an object is expected"],
        ["""{"model":{"type":"WordLevel","vocab":{}}}""", "model 'WordLevel' is not supported"],
        [Words.Replace("\"[UNK]\":1,", ""), "'[UNK]' is none of its"],
        [Words.Replace("\"a\":4", "\"a\":3"), "share the id 3"],
        [Words.Replace("\"a\":4", "\"a\":-1"), "outside"],
        [Words.Replace("\"a\":4", "\"a\":99999999"), "outside"],
        [Words.Replace("\"a\":4", "\"a\":3999999"), "largest id is 3999999"],
        [Words.Replace("\"a\":4", "\"a\":4.5"), "a whole number is expected"],
        [Words.Replace("\"a\":4", "\"a\":\"4\""), "a whole number is expected"],
        [Words.Replace("\"a\":4", "\"a\":4,\"a\":5"), "'a' stands twice"],
        [Words.Replace("\"a\":4", "\"\":4"), "is empty"],
        [Words.Replace("\"a\":4", "\"\\ud83d\":4"), "half a surrogate"],
        [Words.Replace("BertPreTokenizer", "Digits"), "pre_tokenizer 'Digits' is not supported"],
        [Words.Replace("BertPreTokenizer", "ByteLevel"), "pre_tokenizer of a model other than BPE 'ByteLevel' is not supported"],
        [Words[..^1] + ",\"normalizer\":{\"type\":\"Nmt\"}}", "normalizer 'Nmt' is not supported"],
        [Words[..^1] + ",\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"x+\"},\"content\":\"\"}}", "'x+' is not supported"],
        [Words[..^1] + ",\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"\"}}", "looks for an empty text"],
        [Words[..^1] + ",\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"!\"}}", "no Base64"],
        [Words[..^1] + ",\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"/////w==\"}}", "promises a tree"],
        [Words[..^1] + ",\"normalizer\":{\"type\":\"BertNormalizer\",\"lowercase\":1}}", "true or false is expected"],
        [Words[..^1] + ",\"post_processor\":{\"type\":\"Other\"}}", "post_processor 'Other' is not supported"],
        [Words[..^1] + ",\"post_processor\":{\"type\":\"BertProcessing\",\"sep\":[\"</s>\",1],\"cls\":[\"[CLS]\",2]}}", "'</s>' is none of"],
        [Words[..^1] + ",\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[],\"pair\":[]}}", "another form"],
        [Words[..^1] + ",\"added_tokens\":[{\"id\":4,\"content\":\"b\"}]}", "which is the piece 'a'"],
        [Words[..^1] + ",\"added_tokens\":[{\"id\":9,\"content\":\"a\"}]}", "the piece of that name 4"],
        [Words[..^1] + ",\"added_tokens\":[{\"id\":4000000,\"content\":\"b\"}]}", "far behind"],
        [Words[..^1] + ",\"added_tokens\":[{\"id\":5,\"content\":\"\"}]}", "is empty"],
        [Words[..^1] + ",\"added_tokens\":[{\"id\":5,\"content\":\"x\"},{\"id\":5,\"content\":\"y\"}]}", "two added tokens have the id 5"],
        [Words[..^1] + ",\"added_tokens\":[{\"id\":5,\"content\":\"x\"},{\"id\":6,\"content\":\"x\"}]}", "stands twice"],
        [Words[..^1] + ",\"added_tokens\":{}}", "a list is expected"],
        [Pairs.Replace("a b", "a c"), "merge 0 names 'c'"],
        [Pairs.Replace("a b", "b a"), "merge 0 names 'ba'"],
        [Pairs.Replace("a b", "ab"), "is not two pieces"],
        [Pairs.Replace("[\"a b\"]", "[\"a b\",\"a b\"]"), "stands twice"],
        [Pairs.Replace("[\"a b\"]", "[[\"a\"]]"), "is not two pieces"],
        [Pairs.Replace("ByteLevel", "WhitespaceSplit"), "is not supported"],
        [Pairs.Replace("\"type\":\"BPE\"", "\"type\":\"BPE\",\"end_of_word_suffix\":\"</w>\""), "'</w>' is not supported"],
        [Pairs.Replace("\"type\":\"BPE\"", "\"type\":\"BPE\",\"unk_token\":\"<unk>\""), "'<unk>' is none of its pieces"],
        ["""{"model":{"type":"Unigram","vocab":[]}}""", "the vocabulary is empty"],
        ["""{"model":{"type":"Unigram","unk_id":1,"vocab":[["a",0]]}}""", "unk_id is 1"],
        ["""{"model":{"type":"Unigram","vocab":[["a",0],["a",0]]}}""", "stands twice"],
        ["""{"model":{"type":"Unigram","vocab":[["a"]]}}""", "no pair"],
        ["""{"model":{"type":"Unigram","vocab":[["a",1e999]]}}""", "a number is expected"],
        ["""{"model":{"type":"Unigram","byte_fallback":true,"vocab":[["a",1]]}}""", "<0x00>"],
    ];

    private static BundleException Fails(params (string File, string Content)[] files)
    {
        using Scratch scratch = new();
        foreach ((string file, string content) in files) File.WriteAllText(scratch.At(file), content, new UTF8Encoding(false));
        return Assert.ThrowsExactly<BundleException>(() => Tokenizers.Load(scratch.Path));
    }

    [TestMethod, DynamicData(nameof(Damaged))]
    public void A_damaged_tokenizer_json_is_refused_by_name(string json, string problem)
    {
        string message = Fails(("tokenizer.json", json)).Message;

        StringAssert.Contains(message, "tokenizer.json: ");
        StringAssert.Contains(message, problem);
    }

    [TestMethod]
    public void A_sound_small_file_is_read() =>
        CollectionAssert.AreEqual((int[])[4, 1], new TextTokenizer(TokenizerJsonReader.Read(Encoding.UTF8.GetBytes(Words), "test")).Tokenize("a b").Ids);

    [TestMethod]
    public void Every_cut_of_a_file_is_refused()
    {
        for (int length = 0; length < Words.Length; length += 3)
            StringAssert.Contains(Fails(("tokenizer.json", Words[..length])).Message, "tokenizer.json");
    }

    [TestMethod]
    public void A_directory_without_tokenizer_says_what_to_put_there()
    {
        StringAssert.Contains(Fails(("config.json", "{}")).Message, "Put tokenizer.json, or vocab.txt");
        StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => Tokenizers.Load("/no/such/directory")).Message, "no such encoder directory");
    }

    [TestMethod]
    [DataRow("", "the vocabulary is empty")]
    [DataRow("a\nb", "is none of its 2 pieces")]
    [DataRow("[UNK]\na\na", "'a' stands twice, with the ids 1 and 2")]
    public void A_damaged_vocabulary_text_is_refused(string content, string problem)
    {
        string message = Fails(("vocab.txt", content)).Message;

        StringAssert.Contains(message, "vocab.txt");
        StringAssert.Contains(message, problem);
    }

    [TestMethod]
    public void A_vocabulary_text_that_is_no_UTF_8_is_refused()
    {
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At("vocab.txt"), [0x5B, 0xFF, 0xFE]);

        StringAssert.Contains(Assert.ThrowsExactly<BundleException>(() => Tokenizers.Load(scratch.Path)).Message, "no UTF-8");
    }

    [TestMethod]
    public void A_special_token_that_the_vocabulary_lacks_is_refused() =>
        StringAssert.Contains(Fails(("vocab.txt", "[UNK]\na"), ("tokenizer_config.json", """{"cls_token":"[CLS]"}""")).Message, "'[CLS]' is none of the vocabulary's 2 pieces");

    [TestMethod]
    public void Merges_that_name_unknown_pieces_are_refused()
    {
        string message = Fails(("vocab.json", """{"a":0,"b":1}"""), ("merges.txt", "#version: 0.2\na b\n")).Message;

        StringAssert.Contains(message, "merges.txt");
        StringAssert.Contains(message, "merge 0 names 'ab'");
    }

    [TestMethod]
    public void A_setting_of_the_wrong_type_is_refused()
    {
        StringAssert.Contains(Fails(("vocab.txt", "[UNK]"), ("tokenizer_config.json", """{"do_lower_case":"yes"}""")).Message, "tokenizer_config.json: 'do_lower_case' is a text");
        StringAssert.Contains(Fails(("tokenizer.json", Words), ("special_tokens_map.json", """{"cls_token":[1]}""")).Message, "special_tokens_map.json");
    }

    [TestMethod]
    public void A_SentencePiece_model_of_another_kind_is_refused() =>
        StringAssert.Contains(Fails(("spiece.model", "x"), ("config.json", """{"model_type":"xlnet"}""")).Message, "'xlnet' is not supported");
}
