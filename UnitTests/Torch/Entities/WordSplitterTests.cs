using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

[TestClass]
public sealed class WordSplitterTests
{
    [TestMethod]
    [DataRow("Germany's U.S. deal, worth $47,600.50!", "Germany|'s|U.S.|deal|,|worth|$|47,600.50|!")]
    [DataRow("EU-wide O'Neill don't re-examine it.", "EU-wide|O'Neill|don|'t|re-examine|it|.")]
    [DataRow("He left. J.K. Rowling at 10:30 (AT&T)", "He|left|.|J.K.|Rowling|at|10:30|(|AT&T|)")]
    [DataRow("北京大学的Mike在東京。", "北|京|大|学|的|Mike|在|東|京|。")]
    [DataRow("Привет, Δελφοί! 서울에서", "Привет|,|Δελφοί|!|서울에서")]
    [DataRow("a\u00A0b\tc\r\nd", "a|b|c|d")]
    [DataRow("cafe\u0301 n\u0303", "cafe\u0301|n\u0303")]
    [DataRow("😀👍🏽 ok", "😀|👍🏽|ok")]
    [DataRow("", "")]
    [DataRow(" \t\u200B", "")]
    public void Words_are_those_that_people_see(string text, string words) =>
        Assert.AreEqual(words, string.Join('|', WordSplitter.Split(text).Select(w => text[w.Start..w.End])));

    [TestMethod]
    public void Any_text_is_split_in_order_without_cutting_a_pair_and_all_that_shows_is_in_a_word()
    {
        Random random = new(5);
        string[] pieces = ["a", "B", "9", ".", "'", "-", " ", "\n", "京", "ก", "ั", "\u0301", "\u200D", "😀", "\uD83D", "\uDE00", "\0", "’", "ß", "ﷺ", "&", ","];
        for (int round = 0; round < 3000; round++)
        {
            StringBuilder built = new();
            for (int i = random.Next(14); i > 0; i--) built.Append(pieces[random.Next(pieces.Length)]);
            string text = built.ToString();
            bool[] covered = new bool[text.Length];
            int end = 0;

            foreach ((int start, int stop) in WordSplitter.Split(text))
            {
                Assert.IsTrue(start >= end && stop > start && stop <= text.Length);
                Assert.IsFalse(start > 0 && char.IsSurrogatePair(text[start - 1], text[start]), "a pair was cut");
                end = stop;
                for (int i = start; i < stop; i++) covered[i] = true;
            }

            for (int i = 0; i < text.Length; i++) if (char.IsLetterOrDigit(text[i]) || char.IsSurrogate(text[i])) Assert.IsTrue(covered[i], $"'{text}' at {i}");
        }
    }

    [TestMethod]
    public void A_megabyte_is_split_at_once()
    {
        Assert.HasCount(1, WordSplitter.Split(new string('a', 1 << 20)));
        Assert.HasCount(1 << 20, WordSplitter.Split(new string('京', 1 << 20)));
        Assert.HasCount(1 << 20, WordSplitter.Split(new string('.', 1 << 20)));
    }
}
