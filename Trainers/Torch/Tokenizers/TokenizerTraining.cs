using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>Learns the vocabulary of a tokenizer from a corpus; the same corpus gives the same vocabulary.</summary>
/// <remarks>
/// Words are counted once, then the commonest pair of neighbouring pieces is merged again and again (Sennrich et al., ACL 2016),
/// for WordPiece as well, as Python's tokenizers learn it. Equal counts go by the order in which the pieces came.
/// </remarks>
internal static class TokenizerTraining
{
    /// <summary>Fewest pieces: a byte-level vocabulary has 256 letters and five special tokens.</summary>
    public const int SmallestVocabulary = 300;

    private const int LongestByteWord = 1_000;

    /// <summary>A WordPiece tokenizer as BERT has it: [PAD] is 0, then [UNK], [CLS], [SEP], [MASK].</summary>
    /// <param name="corpus">Texts, read once.</param>
    /// <param name="options">Size and the like.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <param name="isLate">Asked now and then: where it says so, the vocabulary stays as small as it is. Null for never.</param>
    /// <exception cref="OptionsException">The options are out of range.</exception>
    /// <exception cref="TrainingException">The corpus holds no words.</exception>
    public static ITextTokenizer WordPiece(IEnumerable<string> corpus, TokenizerTrainingOptions options, CancellationToken cancel = default, Func<bool>? isLate = null)
    {
        Check(options);
        BertNormalizer normalizer = new(CleanText: true, SpaceIdeographs: true, StripAccents: null, options.Lowercase);
        BertSplitter splitter = new();
        List<WordCount> words = Words(corpus, normalizer, splitter, WordPieceModel.DefaultMaxWord, cancel);
        List<string> pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        HashSet<Rune> letters = Letters(words, (int)(options.VocabularySize * options.LetterShare));
        MergeLearner learner = new(pieces, WordPieceModel.DefaultPrefix);
        foreach (Rune letter in letters.OrderBy(l => l.Value)) learner.Letter(letter.ToString());
        List<string> spelled = [];
        foreach (WordCount word in words)
        {
            spelled.Clear();
            bool known = true;
            foreach (Rune rune in word.Text.EnumerateRunes())
            {
                known &= letters.Contains(rune);
                spelled.Add(spelled.Count == 0 ? rune.ToString() : WordPieceModel.DefaultPrefix + rune);
            }
            // A word with a letter that is left out is unknown as a whole and would teach pieces that nobody meets.
            if (known) learner.Word(spelled, word.Count);
        }
        learner.Learn(options.VocabularySize, options.MinFrequency, cancel, isLate);
        WordPieceModel model = new([.. pieces], "[UNK]");
        AddedToken[] added = [.. pieces.Take(5).Select((p, id) => new AddedToken(p, id, IsSpecial: true))];
        return new TextTokenizer(new TokenizerDefinition(added, normalizer, splitter, model, new SpecialTokens(Pad: 0, Unknown: 1, Start: 2, Separator: 3, Mask: 4, DoubleSeparator: false, UsesTypeIds: true)));
    }

    /// <summary>A byte-level tokenizer as RoBERTa has it: &lt;s&gt; is 0, then &lt;pad&gt;, &lt;/s&gt;, &lt;unk&gt;, &lt;mask&gt;.</summary>
    /// <exception cref="OptionsException">The options are out of range.</exception>
    public static ITextTokenizer BytePairs(IEnumerable<string> corpus, TokenizerTrainingOptions options, CancellationToken cancel = default, Func<bool>? isLate = null)
    {
        Check(options);
        ByteLevelSplitter splitter = new(AddsPrefixBlank: false, CutsWords: true);
        List<WordCount> words = Words(corpus, null, splitter, LongestByteWord, cancel);
        List<string> pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];
        MergeLearner learner = new(pieces, "");
        foreach (char letter in ByteAlphabet.Letters.ToArray().Order()) learner.Letter(letter.ToString());
        foreach (WordCount word in words) learner.Word([.. word.Text.Select(c => c.ToString())], word.Count);
        List<(string Left, string Right)> merges = learner.Learn(options.VocabularySize, options.MinFrequency, cancel, isLate);
        BpeModel model = BpeModel.Of([.. pieces], merges, null, "the learned vocabulary");
        AddedToken[] added = [.. pieces.Take(5).Select((p, id) => new AddedToken(p, id, IsSpecial: true, StripsLeft: p == "<mask>"))];
        SpecialTokens special = new(Pad: 1, Unknown: 3, Start: 0, Separator: 2, Mask: 4, DoubleSeparator: true, UsesTypeIds: false);
        return new TextTokenizer(new TokenizerDefinition(added, null, splitter, model, special) { TrimsOffsets = true });
    }

    private static void Check(TokenizerTrainingOptions options)
    {
        List<string> problems = [];
        if (options.VocabularySize is < SmallestVocabulary or > TokenizerJsonReader.MaxId) problems.Add($"VocabularySize = {options.VocabularySize} is outside [{SmallestVocabulary}, {TokenizerJsonReader.MaxId}].");
        if (options.MinFrequency < 1) problems.Add($"MinFrequency = {options.MinFrequency} is below 1.");
        if (!(options.LetterShare is > 0 and <= 0.9)) problems.Add($"LetterShare = {options.LetterShare} is outside (0, 0.9].");
        if (problems.Count > 0) throw new OptionsException(nameof(TokenizerTraining), problems);
    }

    private static List<WordCount> Words(IEnumerable<string> corpus, ITextNormalizer? normalizer, ITextSplitter splitter, int longest, CancellationToken cancel)
    {
        Dictionary<string, long> counts = new(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        NormalizedText work = new();
        foreach (string text in corpus)
        {
            cancel.ThrowIfCancellationRequested();
            work.Reset(text, 0);
            normalizer?.Apply(work);
            if (work.Length == 0) continue;
            work.Words.Add(new TextRange(0, work.Length));
            splitter.Split(work);
            foreach (TextRange word in work.Words)
            {
                if (word.End - word.Start > longest) continue;
                ReadOnlySpan<char> spelled = work.Chars[word.Start..word.End];
                lookup.TryGetValue(spelled, out long count);
                lookup[spelled] = count + 1;
            }
        }
        if (counts.Count == 0) throw new TrainingException(nameof(TokenizerTraining), "the corpus holds no words. Give texts that are not empty.");
        List<WordCount> words = [.. counts.Select(c => new WordCount(c.Key, c.Value))];
        words.Sort(static (a, b) => string.CompareOrdinal(a.Text, b.Text));
        return words;
    }

    private static HashSet<Rune> Letters(List<WordCount> words, int most)
    {
        Dictionary<Rune, long> counts = [];
        foreach (WordCount word in words)
            foreach (Rune rune in word.Text.EnumerateRunes()) counts[rune] = counts.GetValueOrDefault(rune) + word.Count;
        // Half of the room at most for letters at the beginning of words, as much for those within.
        return [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Value).Take(Math.Max(1, most / 2)).Select(c => c.Key)];
    }

    private readonly record struct WordCount(string Text, long Count);
}
