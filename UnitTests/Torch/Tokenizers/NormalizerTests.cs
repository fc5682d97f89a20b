using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Clean-up of text before it is cut.</summary>
[TestClass]
public sealed class NormalizerTests
{
    private static string Bert(string text, bool lowercase = true, bool? strips = null, bool cleans = true, bool spaces = true) =>
        Applied(new BertNormalizer(cleans, spaces, strips, lowercase), text);

    private static string Applied(ITextNormalizer normalizer, string text)
    {
        NormalizedText work = new();
        work.Reset(text, 0);
        normalizer.Apply(work);
        return work.Chars.ToString();
    }

    [TestMethod]
    [DataRow("Ångström ÉCOLE", "angstrom ecole")]
    [DataRow("İstanbul", "istanbul")]
    [DataRow("ΣΊΣΥΦΟΣ", "σισυφοσ")]
    [DataRow("a\u00A0b\tc\u3000d", "a b c d")]
    [DataRow("a\u0000b\u200Bc\uFEFFd\uE000e\uFFFDf\u0007", "abcdef")]
    [DataRow("中a國", " 中 a 國 ")]
    [DataRow("\U00020000", " \U00020000 ")]
    [DataRow("각", "\u1100\u1161\u11A8")]
    [DataRow("\uD83D", "")]
    public void BERT_lowers_strips_and_cleans(string text, string expected) => Assert.AreEqual(expected, Bert(text));

    [TestMethod]
    public void Cased_BERT_keeps_capitals_and_accents() => Assert.AreEqual("Ångström ÉCOLE", Bert("Ångström ÉCOLE", lowercase: false));

    [TestMethod]
    public void Accents_stay_where_it_says_so() => Assert.AreEqual("i\u0307 ångström", Bert("İ Ångström", strips: false));

    [TestMethod]
    public void Uncleaned_text_keeps_its_controls() => Assert.AreEqual("a\u200B\tb", Bert("a\u200B\tB", cleans: false));

    [TestMethod]
    public void Ideographs_stay_together_where_it_says_so() => Assert.AreEqual("中國", Bert("中國", spaces: false));

    [TestMethod]
    [DataRow("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [DataRow("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [DataRow("D\u0307\u0323", "\u1E0C\u0307", "D\u0323\u0307", "\u1E0C\u0307", "D\u0323\u0307")]
    [DataRow("\u0344", "\u0308\u0301", "\u0308\u0301", "\u0308\u0301", "\u0308\u0301")]
    [DataRow("\uAC01", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [DataRow("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [DataRow("ﬁ①ﷺ", "ﬁ①ﷺ", "ﬁ①ﷺ", "fi1صلى الله عليه وسلم", "fi1صلى الله عليه وسلم")]
    [DataRow("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [DataRow("e\u0301\u0301", "\u00E9\u0301", "e\u0301\u0301", "\u00E9\u0301", "e\u0301\u0301")]
    public void Normal_forms_are_those_of_the_Unicode_standard(string text, string c, string d, string kc, string kd)
    {
        Assert.AreEqual(c, Applied(new UnicodeNormalizer(NormalizationForm.FormC), text));
        Assert.AreEqual(d, Applied(new UnicodeNormalizer(NormalizationForm.FormD), text));
        Assert.AreEqual(kc, Applied(new UnicodeNormalizer(NormalizationForm.FormKC), text));
        Assert.AreEqual(kd, Applied(new UnicodeNormalizer(NormalizationForm.FormKD), text));
    }

    [TestMethod]
    public void Long_texts_are_normalized_as_short_ones_are()
    {
        string piece = "D\u0307\u0323 각 \u1100\u1161\u11A8 é ";
        string many = string.Concat(Enumerable.Repeat(piece, 100));

        string composed = Applied(new UnicodeNormalizer(NormalizationForm.FormC), many);

        Assert.AreEqual(string.Concat(Enumerable.Repeat(Applied(new UnicodeNormalizer(NormalizationForm.FormC), piece), 100)), composed);
    }

    [TestMethod]
    public void What_a_character_decomposes_into_has_its_place()
    {
        NormalizedText work = new();
        work.Reset("xﬁe\u0301", 10);

        new UnicodeNormalizer(NormalizationForm.FormKC).Apply(work);

        Assert.AreEqual("xfié", work.Chars.ToString());
        CollectionAssert.AreEqual((int[])[10, 11, 11, 12], work.Starts.ToArray());
        CollectionAssert.AreEqual((int[])[11, 12, 12, 13], work.Ends.ToArray());
    }

    [TestMethod]
    public void Replacements_have_the_place_of_the_last_replaced_unit()
    {
        NormalizedText work = new();
        work.Reset("a   b", 0);

        new ReplaceNormalizer(ReplaceNormalizer.BlankRun, IsBlankRun: true, "_-").Apply(work);

        Assert.AreEqual("a_-b", work.Chars.ToString());
        CollectionAssert.AreEqual((int[])[0, 3, 3, 4], work.Starts.ToArray());
    }

    [TestMethod]
    public void Small_normalizers_do_what_they_say()
    {
        Assert.AreEqual("a b ", Applied(new StripNormalizer(Left: true, Right: false), "\t a b "));
        Assert.AreEqual("\t a b", Applied(new StripNormalizer(Left: false, Right: true), "\t a b "));
        Assert.AreEqual("_a", Applied(new PrependNormalizer("_"), "a"));
        Assert.AreEqual("", Applied(new PrependNormalizer("_"), ""));
        Assert.AreEqual("i\u0307x", Applied(new LowercaseNormalizer(), "İX"));
        Assert.AreEqual("ex", Applied(new SequenceNormalizer([new UnicodeNormalizer(NormalizationForm.FormD), new StripAccentsNormalizer()]), "éx\u17C4\u20DD"));
    }
}
