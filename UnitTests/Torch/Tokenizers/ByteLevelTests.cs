using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Byte-level byte-pair encoding, against results worked out by hand from its rules.</summary>
[TestClass]
public sealed class ByteLevelTests
{
    private static readonly (string Left, string Right)[] merges = [("l", "o"), ("lo", "w"), ("e", "r"), ("\u0120", "low"), ("a", "a"), ("n", "e"), ("ne", "w")];

    internal static TextTokenizer Small(bool prefix = false)
    {
        string[] pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", .. ByteAlphabet.Letters.ToArray().Order().Select(c => c.ToString()), .. merges.Select(m => m.Left + m.Right)];
        AddedToken[] added = [.. pieces.Take(5).Select((p, id) => new AddedToken(p, id, IsSpecial: true, StripsLeft: p == "<mask>"))];
        return new TextTokenizer(new TokenizerDefinition(added, null, new ByteLevelSplitter(prefix, CutsWords: true), BpeModel.Of(pieces, merges, null, "test"),
            new SpecialTokens(1, 3, 0, 2, 4, DoubleSeparator: true, UsesTypeIds: false)) { TrimsOffsets = true, AddsPrefixBlank = prefix });
    }

    private static string[] Words(string text, bool prefix = false)
    {
        NormalizedText work = new();
        work.Reset(text, 0);
        work.Words.Add(new TextRange(0, work.Length));
        new ByteLevelSplitter(prefix, CutsWords: true).Split(work);
        return [.. work.Words.Select(w => work.Chars[w.Start..w.End].ToString())];
    }

    private static string Pieces(ITextTokenizer tokenizer, string text) => string.Join(' ', tokenizer.Tokenize(text).Ids.Select(tokenizer.TokenOf));

    [TestMethod]
    [DataRow(0x20, '\u0120')]
    [DataRow(0x0A, '\u010A')]
    [DataRow(0x00, '\u0100')]
    [DataRow(0x7F, '\u0121')]
    [DataRow(0xA0, '\u0142')]
    [DataRow(0xAD, '\u0143')]
    [DataRow(0x41, 'A')]
    [DataRow(0xE9, '\u00E9')]
    public void Bytes_are_spelled_as_in_GPT_2(int value, char letter) => Assert.AreEqual(letter, ByteAlphabet.Letters[value]);

    [TestMethod]
    public void Every_byte_has_a_letter_of_its_own() => Assert.AreEqual(256, ByteAlphabet.Letters.ToArray().Distinct().Count());

    [TestMethod]
    [DataRow("Hello my friend, how?", "Hello|Ġmy|Ġfriend|,|Ġhow|?")]
    [DataRow("Hello there       dear", "Hello|Ġthere|ĠĠĠĠĠĠ|Ġdear")]
    [DataRow("a\nb", "a|Ċ|b")]
    [DataRow("a \nb", "a|Ġ|Ċ|b")]
    [DataRow("a  ", "a|ĠĠ")]
    [DataRow(" ", "Ġ")]
    [DataRow("I've can't", "I|'ve|Ġcan|'t")]
    [DataRow("we'll he's I'm you'd they're", "we|'ll|Ġhe|'s|ĠI|'m|Ġyou|'d|Ġthey|'re")]
    [DataRow("IT'S 's", "IT|'|S|Ġ'|s")]
    [DataRow("x1 22!! _y", "x|1|Ġ22|!!|Ġ_|y")]
    [DataRow("i\u2B62j", "i|âŃ¢|j")]
    [DataRow("", "")]
    public void Words_follow_the_expression_of_GPT_2(string text, string words) =>
        Assert.AreEqual(words, string.Join('|', text.Length == 0 ? [] : Words(text)));

    [TestMethod]
    [DataRow("low", "Ġlow")]
    [DataRow(" low", "Ġlow")]
    [DataRow("'s", "Ġ'|s")]
    [DataRow("\nlow", "Ġ|Ċ|low")]
    [DataRow("\n\nlow", "ĠĊ|Ċ|low")]
    public void A_blank_is_put_before_a_text_that_has_none(string text, string words) => Assert.AreEqual(words, string.Join('|', Words(text, prefix: true)));

    [TestMethod]
    public void Merges_go_by_the_order_in_which_they_were_learned() => Assert.AreEqual("low er Ġlow Ġ new er", Pieces(Small(), "lower low newer"));

    [TestMethod]
    public void Of_equal_merges_the_leftmost_comes_first() => Assert.AreEqual("aa aa a", Pieces(Small(), "aaaaa"));

    [TestMethod]
    public void Places_leave_out_the_blank_before_a_word()
    {
        TokenizedText tokens = Small().Tokenize("lower low");

        CollectionAssert.AreEqual((int[])[0, 3, 6], tokens.Starts);
        CollectionAssert.AreEqual((int[])[3, 5, 9], tokens.Ends);
    }

    [TestMethod]
    public void Places_of_a_text_that_got_a_blank_begin_at_its_first_character()
    {
        TokenizedText tokens = Small(prefix: true).Tokenize("low low");

        CollectionAssert.AreEqual((int[])[0, 4], tokens.Starts);
        CollectionAssert.AreEqual((int[])[3, 7], tokens.Ends);
    }

    [TestMethod]
    public void Bytes_of_one_character_share_its_place()
    {
        TokenizedText tokens = Small().Tokenize("a😀");

        CollectionAssert.AreEqual((int[])[0, 1, 1, 1, 1], tokens.Starts);
        CollectionAssert.AreEqual((int[])[1, 3, 3, 3, 3], tokens.Ends);
    }

    [TestMethod]
    public void A_mask_in_the_text_takes_the_blank_before_it()
    {
        ITextTokenizer tokenizer = Small();

        Assert.AreEqual("low <mask> Ġlow", Pieces(tokenizer, "low <mask> low"));
        CollectionAssert.AreEqual((int[])[0, 4, 11], tokenizer.Tokenize("low <mask> low").Starts);
    }

    [TestMethod]
    public void A_text_is_spelled_by_its_pieces()
    {
        string text = "Größe 東京\t😀 it's  low\n\n newer";
        ITextTokenizer tokenizer = Small();

        string spelled = string.Concat(tokenizer.Tokenize(text).Ids.Select(tokenizer.TokenOf));

        Assert.AreEqual(ByteAlphabet.Spell(text), spelled);
    }

    [TestMethod]
    public void Files_that_were_written_give_the_same_tokens()
    {
        using Scratch scratch = new();
        TextTokenizer tokenizer = Small();
        Tokenizers.Save(tokenizer, scratch.Path);
        string text = "lower <mask> newer's  low 東京";

        ITextTokenizer json = Tokenizers.Load(scratch.Path);
        File.Delete(scratch.At("tokenizer.json"));
        ITextTokenizer merged = Tokenizers.Load(scratch.Path);

        foreach (ITextTokenizer read in (ITextTokenizer[])[json, merged])
        {
            Same.Tokens(tokenizer.Tokenize(text), read.Tokenize(text));
            Assert.AreEqual(tokenizer.Special, read.Special);
        }
        Assert.AreEqual("#version: 0.2", File.ReadLines(scratch.At("merges.txt"), Encoding.UTF8).First());
    }
}
