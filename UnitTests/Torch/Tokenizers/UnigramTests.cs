using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Unigram vocabularies and SentencePiece files, against results worked out by hand.</summary>
[TestClass]
public sealed class UnigramTests
{
    private const char Mark = '\u2581';

    private static TextTokenizer Small(params (string Piece, double Score)[] pieces) => new(new TokenizerDefinition([], null, new MetaspaceSplitter(Mark, BlankPrefix.Always, CutsWords: true),
        UnigramModel.Of([.. pieces.Select(p => p.Piece)], [.. pieces.Select(p => p.Score)], 0, "test"), new SpecialTokens(-1, 0, -1, -1, -1, false, false)));

    private static string Pieces(ITextTokenizer tokenizer, string text) => string.Join(' ', tokenizer.Tokenize(text).Ids.Select(tokenizer.TokenOf));

    private static string Spelled(string text, TokenizedText tokens) => string.Join('|', tokens.Starts.Zip(tokens.Ends, (s, e) => text[s..e]));

    internal static byte[] XlmRobertaFile() => new SentencePieceWriter()
        .Piece("<unk>", 0, 2).Piece("<s>", 0, 3).Piece("</s>", 0, 3)
        .Piece("\u2581", -2).Piece("\u2581hello", -3).Piece("\u2581world", -3.5f).Piece("s", -4).Piece("world", -6).Piece("\u2581he", -5).Piece("llo", -5)
        .Bytes();

    internal static byte[] AlbertFile() => new SentencePieceWriter()
        .Piece("<pad>", 0, 3).Piece("<unk>", 0, 2).Piece("[CLS]", 0, 3).Piece("[SEP]", 0, 3).Piece("[MASK]", 0, 3)
        .Piece("\u2581cafe", -3).Piece("\"", -4).Piece("\u2581", -2).Piece("9,", -2).Piece("9", -3).Piece(",", -3).Piece("\u2581\"", -4)
        .Bytes(unknown: 1);

    [TestMethod]
    public void The_likeliest_cut_wins()
    {
        Assert.AreEqual("▁ab", Pieces(Small(("<unk>", 0), ("▁", -1), ("a", -1), ("b", -1), ("▁a", -2), ("▁ab", -2.9)), "ab"));
        Assert.AreEqual("▁a b", Pieces(Small(("<unk>", 0), ("▁", -1), ("a", -1), ("b", -1), ("▁a", -1.5), ("▁ab", -2.9)), "ab"));
    }

    [TestMethod]
    public void Of_equal_cuts_the_one_found_first_stays() =>
        Assert.AreEqual("▁ab", Pieces(Small(("<unk>", 0), ("▁a", -1), ("b", -1), ("▁ab", -2)), "ab"));

    [TestMethod]
    public void Unknown_neighbours_are_one_token()
    {
        TextTokenizer tokenizer = Small(("<unk>", 0), ("▁", -1), ("▁a", -1), ("a", -1));

        TokenizedText tokens = tokenizer.Tokenize("axyza 東京");

        Assert.AreEqual("▁a <unk> a ▁ <unk>", string.Join(' ', tokens.Ids.Select(tokenizer.TokenOf)));
        Assert.AreEqual("a|xyz|a| |東京", Spelled("axyza 東京", tokens));
    }

    [TestMethod]
    public void An_unknown_text_costs_more_than_any_piece() => Assert.AreEqual("▁ a", Pieces(Small(("<unk>", 0), ("▁", -50), ("a", -50)), "a"));

    [TestMethod]
    public void Bytes_spell_what_has_no_piece_where_the_vocabulary_has_them()
    {
        string[] pieces = ["<unk>", "▁", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")];
        UnigramModel model = UnigramModel.Of(pieces, [.. pieces.Select(_ => -1.0)], 0, "test", spellsBytes: true);
        TextTokenizer tokenizer = new(new TokenizerDefinition([], null, new MetaspaceSplitter(Mark, BlankPrefix.Always, CutsWords: true), model, new SpecialTokens(-1, 0, -1, -1, -1, false, false)));

        TokenizedText tokens = tokenizer.Tokenize("é");

        Assert.AreEqual("▁ <0xC3> <0xA9>", string.Join(' ', tokens.Ids.Select(tokenizer.TokenOf)));
        CollectionAssert.AreEqual((int[])[1, 1, 1], tokens.Ends);
    }

    [TestMethod]
    public void The_mark_before_a_text_has_the_place_of_its_first_character()
    {
        TokenizedText tokens = Small(("<unk>", 0), ("▁", -1), ("a", -1)).Tokenize("a a");

        CollectionAssert.AreEqual((int[])[0, 0, 1, 2], tokens.Starts);
        CollectionAssert.AreEqual((int[])[1, 1, 2, 3], tokens.Ends);
    }

    [TestMethod]
    public void XLM_R_ids_are_those_of_fairseq()
    {
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At("sentencepiece.bpe.model"), XlmRobertaFile());

        ITextTokenizer tokenizer = Tokenizers.Load(scratch.Path);

        Assert.AreEqual(new SpecialTokens(Pad: 1, Unknown: 3, Start: 0, Separator: 2, Mask: 11, DoubleSeparator: true, UsesTypeIds: false), tokenizer.Special);
        CollectionAssert.AreEqual((int[])[5, 6, 7], tokenizer.Tokenize("hello worlds").Ids);
        Assert.AreEqual("▁hello ▁world s", Pieces(tokenizer, "hello   worlds  "));
        Assert.AreEqual("▁hello <mask>", Pieces(tokenizer, "hello <mask>"));
    }

    [TestMethod]
    public void ALBERT_strips_accents_unifies_quotes_and_avoids_number_commas()
    {
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At("spiece.model"), AlbertFile());

        ITextTokenizer tokenizer = Tokenizers.Load(scratch.Path);

        Assert.AreEqual(new SpecialTokens(Pad: 0, Unknown: 1, Start: 2, Separator: 3, Mask: 4, DoubleSeparator: false, UsesTypeIds: true), tokenizer.Special);
        Assert.AreEqual("▁cafe", Pieces(tokenizer, "CAFÉ"));
        Assert.AreEqual("▁\" 9 ,", Pieces(tokenizer, "``9,"));
    }

    [TestMethod]
    public void A_character_map_replaces_what_it_knows_and_keeps_places()
    {
        using Scratch scratch = new();
        byte[] map = new CharacterMapBuilder().Add("ﬁ", "fi").Add("①", "1").Add("e\u0301", "é").Add("\u200B", "").Bytes();
        NormalizedText text = new();
        string raw = "aﬁ①e\u0301\u200Bz😀";
        text.Reset(raw, 0);

        PrecompiledNormalizer.Of(map, "test").Apply(text);

        Assert.AreEqual("afi1éz😀", text.Chars.ToString());
        CollectionAssert.AreEqual((int[])[0, 1, 1, 2, 3, 6, 7, 7], text.Starts.ToArray());
        CollectionAssert.AreEqual((int[])[1, 2, 2, 3, 4, 7, 9, 9], text.Ends.ToArray());
    }

    [TestMethod]
    public void Files_that_were_written_give_the_same_tokens()
    {
        foreach ((string file, byte[] content) in ((string, byte[])[])[("sentencepiece.bpe.model", XlmRobertaFile()), ("spiece.model", AlbertFile())])
        {
            using Scratch first = new(), second = new();
            File.WriteAllBytes(first.At(file), content);
            ITextTokenizer tokenizer = Tokenizers.Load(first.Path);

            Tokenizers.Save(tokenizer, second.Path);
            ITextTokenizer read = Tokenizers.Load(second.Path);

            Assert.AreEqual(tokenizer.Special, read.Special);
            Same.Tokens(tokenizer.Tokenize("hello café  worlds <mask> [MASK] 9, ''x''"), read.Tokenize("hello café  worlds <mask> [MASK] 9, ''x''"));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(7)]
    public void A_model_that_is_cut_short_is_refused_by_name(int dropped)
    {
        using Scratch scratch = new();
        byte[] file = XlmRobertaFile();
        File.WriteAllBytes(scratch.At("sentencepiece.bpe.model"), dropped == 0 ? [] : file[..^dropped]);

        BundleException error = Assert.ThrowsExactly<BundleException>(() => Tokenizers.Load(scratch.Path));

        StringAssert.Contains(error.Message, "sentencepiece.bpe.model");
    }

    [TestMethod]
    public void A_piece_that_is_no_UTF_8_is_refused()
    {
        byte[] file = XlmRobertaFile();
        int at = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes("hello"));
        file[at] = 0xFF;

        Assert.ThrowsExactly<BundleException>(() => SentencePieceFile.Read(file, "test"));
    }
}
