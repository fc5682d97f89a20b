using FsCheck;
using FsCheck.Fluent;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Any text at all gives tokens with places inside the text.</summary>
[TestClass]
public sealed class NastyTextTests
{
    private static readonly string[] pieces =
    [
        "a", "B", "low", "er", " ", "  ", "\t", "\n", "\r\n", "\0", "\u0007", "\u200B", "\uFEFF", "\u00A0", "\u3000", "é", "e\u0301", "\u0301\u0323", "İ", "ﬁ", "각", "中", "\U00020000",
        "😀", "👍🏽", "\uD83D", "\uDE00", "\uFFFD", "\uFFFF", "\uE000", "\u0378", "مرحبا", "שלום", "สวัสดี", "ಕ್ಷ", "[MASK]", "<mask>", "[CLS", "</s>", "▁", "Ġ", "##a", "'s", "''", "9,", "½", "x",
    ];

    internal static TextTokenizer[] All { get; } = [.. Make()];

    private static IEnumerable<TextTokenizer> Make()
    {
        TokenizerTrainingOptions options = new() { VocabularySize = 400, MinFrequency = 1 };
        yield return (TextTokenizer)TokenizerTraining.WordPiece(["low lower 中 é x 😀 a ##a"], options);
        yield return (TextTokenizer)TokenizerTraining.WordPiece(["low lower İ 中"], options with { Lowercase = false });
        yield return (TextTokenizer)TokenizerTraining.BytePairs(["low lower's 中 é x"], options);
        yield return ByteLevelTests.Small(prefix: true);
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At("sentencepiece.bpe.model"), UnigramTests.XlmRobertaFile());
        yield return (TextTokenizer)Tokenizers.Load(scratch.Path);
        using Scratch other = new();
        byte[] map = new CharacterMapBuilder().Add("ﬁ", "fi").Add("\u3000", " ").Add("e\u0301", "é").Add("\n", " ").Bytes();
        File.WriteAllBytes(other.At("spiece.model"), new SentencePieceWriter().Piece("<pad>", 0, 3).Piece("<unk>", 0, 2).Piece("[CLS]", 0, 3).Piece("[SEP]", 0, 3).Piece("[MASK]", 0, 3)
            .Piece("▁", -2).Piece("▁low", -3).Piece("a", -4).Bytes(unknown: 1, map));
        yield return (TextTokenizer)Tokenizers.Load(other.Path);
    }

    private static string Random(int seed)
    {
        Random random = new(seed);
        return string.Concat(Enumerable.Range(0, random.Next(0, 40)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    private static string? Problem(TextTokenizer tokenizer, string text)
    {
        TokenizedText tokens = tokenizer.Tokenize(text);
        if (tokens.Starts.Length != tokens.Count || tokens.Ends.Length != tokens.Count) return "lengths differ";
        for (int i = 0; i < tokens.Count; i++)
        {
            (int start, int end) = (tokens.Starts[i], tokens.Ends[i]);
            if (tokens.Ids[i] < 0 || tokens.Ids[i] >= tokenizer.VocabularySize) return $"id {tokens.Ids[i]}";
            if (start < 0 || end > text.Length || start > end) return $"token {i} is at [{start}, {end})";
            if (i > 0 && (start < tokens.Starts[i - 1] || end < tokens.Ends[i - 1])) return $"token {i} at [{start}, {end}) goes back";
            if (Halves(text, start) || Halves(text, end)) return $"token {i} at [{start}, {end}) cuts a pair";
        }
        return null;
    }

    private static bool Halves(string text, int at) => at > 0 && at < text.Length && char.IsSurrogatePair(text[at - 1], text[at]);

    [TestMethod]
    public void Places_lie_in_the_text_ascend_and_cut_no_pair() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            string text = Random(seed);
            string? problem = All.Select(t => Problem(t, text)).FirstOrDefault(p => p is not null);
            return (problem is null).Label($"{problem}: {text}");
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Every_text_of_any_units_is_cut() =>
        Prop.ForAll(ArbMap.Default.ArbFor<char[]>(), units =>
        {
            string text = new(units);
            string? problem = All.Select(t => Problem(t, text)).FirstOrDefault(p => p is not null);
            return (problem is null).Label($"{problem}: {text}");
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void The_same_text_gives_the_same_tokens_after_others() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            string text = Random(seed);
            foreach (TextTokenizer tokenizer in All)
            {
                TokenizedText first = tokenizer.Tokenize(text);
                tokenizer.Tokenize(Random(seed + 1));
                Same.Tokens(first, tokenizer.Tokenize(text));
            }
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Byte_pieces_spell_the_text() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            string text = Random(seed).Replace("<mask>", "").Replace("</s>", "");
            string spelled = string.Concat(All[2].Tokenize(text).Ids.Select(All[2].TokenOf));
            return spelled == ByteAlphabet.Spell(text);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    [DataRow("a", 1_000_000)]
    [DataRow(" ", 1_000_000)]
    [DataRow("low lower ", 20_000)]
    [DataRow("\u0301\u0323", 100_000)]
    [DataRow("中", 100_000)]
    [DataRow("😀", 50_000)]
    [DataRow("\uD83D", 100_000)]
    [DataRow("[", 200_000)]
    [DataRow("\0", 200_000)]
    public void A_very_long_text_of_anything_is_cut_in_seconds(string piece, int times)
    {
        string text = string.Concat(Enumerable.Repeat(piece, times));
        foreach (TextTokenizer tokenizer in All) Assert.IsNull(Problem(tokenizer, text));
    }

    [TestMethod]
    public void An_empty_text_has_no_tokens()
    {
        foreach (TextTokenizer tokenizer in All) Assert.AreEqual(0, tokenizer.Tokenize("").Count);
    }

    [TestMethod]
    public void Threads_share_a_tokenizer()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(Random)];
        foreach (TextTokenizer tokenizer in All)
        {
            TokenizedText[] alone = [.. texts.Select(tokenizer.Tokenize)];
            TokenizedText[] together = new TokenizedText[texts.Length];

            Parallel.For(0, texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => together[i] = tokenizer.Tokenize(texts[i]));

            for (int i = 0; i < texts.Length; i++) Same.Tokens(alone[i], together[i]);
        }
    }

    [TestMethod]
    public void A_word_allocates_nothing_but_what_is_returned()
    {
        TextTokenizer tokenizer = All[0];
        string text = string.Join(' ', Enumerable.Repeat("low lower", 50));
        int tokens = tokenizer.Tokenize(text).Count;

        long bytes = Allocated.By(() => tokenizer.Tokenize(text));

        Assert.IsLessThanOrEqualTo((3 * ((tokens * 4) + 32)) + 64, bytes);
    }
}
