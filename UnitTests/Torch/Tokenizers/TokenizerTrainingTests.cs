using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Vocabularies learned from a corpus.</summary>
[TestClass]
public sealed class TokenizerTrainingTests
{
    private static readonly TokenizerTrainingOptions small = new() { VocabularySize = 320, MinFrequency = 2 };

    private static TextTokenizer WordPiece(IEnumerable<string> corpus, TokenizerTrainingOptions? options = null) => (TextTokenizer)TokenizerTraining.WordPiece(corpus, options ?? small);

    private static TextTokenizer BytePairs(IEnumerable<string> corpus, TokenizerTrainingOptions? options = null) => (TextTokenizer)TokenizerTraining.BytePairs(corpus, options ?? small);

    private static IEnumerable<string> Corpus(int seed, int lines)
    {
        Random random = new(seed);
        string[] words = [.. Enumerable.Range(0, 300).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)('a' + random.Next(8)))))];
        for (int line = 0; line < lines; line++) yield return string.Join(' ', Enumerable.Range(0, 12).Select(_ => words[(int)(300 * Math.Pow(random.NextDouble(), 2))]));
    }

    // The plain algorithm: count all pairs anew for each merge.
    private static List<(string, string)> MergesByHand(Dictionary<string, long> counts, string[] specials, string[] letters, int size, long least)
    {
        List<string> pieces = [.. specials, .. letters];
        List<(List<int> Word, long Count)> words = [.. counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key.Select(l => pieces.IndexOf(l.ToString())).ToList(), c.Value))];
        List<(string, string)> merges = [];
        while (pieces.Count < size)
        {
            Dictionary<(int, int), long> pairs = [];
            foreach ((List<int> word, long count) in words)
                for (int i = 0; i + 1 < word.Count; i++) pairs[(word[i], word[i + 1])] = pairs.GetValueOrDefault((word[i], word[i + 1])) + count;
            if (pairs.Count == 0) break;
            ((int left, int right), long best) = pairs.OrderByDescending(p => p.Value).ThenBy(p => p.Key.Item1).ThenBy(p => p.Key.Item2).First();
            if (best < least) break;
            string merged = pieces[left] + pieces[right];
            if (!pieces.Contains(merged)) pieces.Add(merged);
            merges.Add((pieces[left], pieces[right]));
            int id = pieces.IndexOf(merged);
            foreach ((List<int> word, _) in words)
                for (int i = 0; i + 1 < word.Count; i++)
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] = id;
                        word.RemoveAt(i + 1);
                    }
        }
        return merges;
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Merges_equal_those_of_counting_anew_each_time(int seed)
    {
        string[] corpus = [.. Corpus(seed, 60)];
        BpeModel model = (BpeModel)BytePairs(corpus, small with { VocabularySize = 420 }).Definition.Model;

        Dictionary<string, long> counts = [];
        foreach (string line in corpus)
            foreach ((string word, int i) in line.Split(' ').Select((w, i) => (w, i)))
            {
                string spelled = ByteAlphabet.Spell(i == 0 ? word : " " + word);
                counts[spelled] = counts.GetValueOrDefault(spelled) + 1;
            }
        List<(string, string)> expected = MergesByHand(counts, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], [.. ByteAlphabet.Letters.ToArray().Order().Select(c => c.ToString())], 420, 2);

        CollectionAssert.AreEqual(expected, model.Merges.ToList());
    }

    [TestMethod]
    public void The_commonest_pair_becomes_a_piece_first()
    {
        TextTokenizer tokenizer = WordPiece(["low low low lower lower slow"]);

        string[] pieces = [.. tokenizer.Definition.Model.Pieces];

        // l-o and o-w of "low" six times each; "slow" spells them with ##l.
        CollectionAssert.AreEqual((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "e", "l", "o", "r", "s", "w"], pieces[..11]);
        Assert.IsLessThan(Array.IndexOf(pieces, "lower"), Array.IndexOf(pieces, "low"));
        CollectionAssert.AreEqual((string[])["low", "lower"], tokenizer.Tokenize("Low LOWER").Ids.Select(tokenizer.TokenOf).ToArray());
    }

    [TestMethod]
    public void The_same_corpus_gives_the_same_vocabulary_in_any_order_of_lines()
    {
        string[] corpus = [.. Corpus(4, 200)];

        CollectionAssert.AreEqual(WordPiece(corpus).Definition.Model.Pieces.ToArray(), WordPiece(corpus.Reverse()).Definition.Model.Pieces.ToArray());
        CollectionAssert.AreEqual(BytePairs(corpus).Definition.Model.Pieces.ToArray(), BytePairs(corpus.Reverse()).Definition.Model.Pieces.ToArray());
    }

    [TestMethod]
    public void Vocabularies_have_the_size_asked_for_at_most()
    {
        string[] corpus = [.. Corpus(5, 400)];

        Assert.AreEqual(400, WordPiece(corpus, small with { VocabularySize = 400 }).VocabularySize);
        Assert.AreEqual(400, BytePairs(corpus, small with { VocabularySize = 400 }).VocabularySize);
        Assert.IsLessThan(50, WordPiece(["ab ab"]).VocabularySize);
    }

    [TestMethod]
    public void Rare_pairs_are_no_pieces() =>
        CollectionAssert.DoesNotContain(WordPiece(["xyz abc abc abc"], small with { MinFrequency = 3 }).Definition.Model.Pieces.ToArray(), "xyz");

    [TestMethod]
    public void Every_text_of_the_corpus_is_spelled_by_its_pieces()
    {
        foreach (string text in Corpus(6, 50).Append("中國人 é ÀÉ").Append("!? 12"))
        {
            TextTokenizer words = WordPiece(Corpus(6, 50).Append("中國人 é ÀÉ").Append("!? 12"));
            string spelled = string.Concat(words.Tokenize(text).Ids.Select(words.TokenOf).Select(p => p.StartsWith("##", StringComparison.Ordinal) ? p[2..] : p));
            Assert.AreEqual(text.Replace(" ", "").Replace("é", "e").Replace("ÀÉ", "ae"), spelled);
        }
    }

    [TestMethod]
    public void Chinese_characters_are_pieces_of_their_own()
    {
        TextTokenizer tokenizer = WordPiece(["我们去公园吧", "我们很好"]);

        CollectionAssert.AreEqual((string[])["我", "们", "好"], tokenizer.Tokenize("我们好").Ids.Select(tokenizer.TokenOf).ToArray());
        Assert.IsFalse(tokenizer.Definition.Model.Pieces.Any(p => p.Length == 2 && p[0] == '我'));
    }

    [TestMethod]
    public void Rare_letters_are_unknown_where_there_are_too_many()
    {
        string corpus = string.Join(' ', Enumerable.Range(0, 2000).Select(i => ((char)('一' + i)).ToString())) + new string('一', 5) + " 一";

        TextTokenizer tokenizer = WordPiece([corpus]);

        Assert.IsLessThanOrEqualTo(320, tokenizer.VocabularySize);
        Assert.AreEqual("一", tokenizer.TokenOf(tokenizer.Tokenize("一").Ids[0]));
        Assert.AreEqual(tokenizer.Special.Unknown, tokenizer.Tokenize(((char)('一' + 1999)).ToString()).Ids[0]);
    }

    [TestMethod]
    public void Cased_vocabularies_keep_capitals() =>
        CollectionAssert.Contains(WordPiece(["Low Low LOW"], small with { Lowercase = false }).Definition.Model.Pieces.ToArray(), "Low");

    [TestMethod]
    public void Learned_tokenizers_come_back_from_their_directory()
    {
        foreach (TextTokenizer tokenizer in (TextTokenizer[])[WordPiece(Corpus(7, 100)), BytePairs(Corpus(7, 100))])
        {
            using Scratch scratch = new();
            Tokenizers.Save(tokenizer, scratch.Path);
            ITextTokenizer read = Tokenizers.Load(scratch.Path);

            Assert.AreEqual(tokenizer.Special, read.Special);
            foreach (string text in Corpus(8, 20)) Same.Tokens(tokenizer.Tokenize(text), read.Tokenize(text));
        }
    }

    [TestMethod]
    public void Impossible_options_are_refused_at_once()
    {
        OptionsException error = Assert.ThrowsExactly<OptionsException>(() => WordPiece(["a"], new TokenizerTrainingOptions { VocabularySize = 10, MinFrequency = 0, LetterShare = 2 }));

        Assert.HasCount(3, error.Problems);
    }

    [TestMethod]
    public void A_corpus_without_words_is_refused()
    {
        foreach (string[] corpus in (string[][])[[], [""], ["\0 \t"]])
            StringAssert.Contains(Assert.ThrowsExactly<TrainingException>(() => WordPiece(corpus)).Message, "no words");
    }

    [TestMethod]
    public void Cancellation_passes_through() =>
        Assert.ThrowsExactly<OperationCanceledException>(() => TokenizerTraining.WordPiece(Corpus(1, 10), small, new CancellationToken(canceled: true)));

    [TestMethod]
    [NeedsShared]
    public void Wikitext_is_learned_in_seconds()
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(SharedFolder.Data("wikitext2_small", "train.txt.gz")), CompressionMode.Decompress), Encoding.UTF8);
        string[] corpus = reader.ReadToEnd().Split('\n');
        Stopwatch watch = Stopwatch.StartNew();

        TextTokenizer tokenizer = WordPiece(corpus, new TokenizerTrainingOptions { VocabularySize = 8_000 });

        Assert.AreEqual(8_000, tokenizer.VocabularySize);
        Console.WriteLine($"{corpus.Length} lines to 8,000 pieces in {watch.Elapsed.TotalSeconds:0.0} s");
        TokenizedText tokens = tokenizer.Tokenize(corpus[3]);
        Assert.IsLessThan(0.05, (double)tokens.Ids.Count(id => id == tokenizer.Special.Unknown) / Math.Max(1, tokens.Count));
    }
}
