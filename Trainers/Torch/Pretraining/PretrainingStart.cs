using MLPipes.Pipelines;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>What pre-training begins with: a tokenizer, packed texts and a model, fresh or of a directory.</summary>
internal sealed class PretrainingStart
{
    private const int HeadWidth = 64, SmallVocabulary = 8_000, MiddleVocabulary = 16_000, LargeVocabulary = 30_000;
    // So many texts are read however little time there is.
    private const int FewestTexts = 20;
    private const long SmallTexts = 6_000_000, MiddleTexts = 60_000_000;

    public required ITextTokenizer Tokenizer { get; init; }
    public required PackedTexts Learned { get; init; }
    public required PackedTexts HeldOut { get; init; }
    public required MaskedLanguageModel Model { get; init; }

    /// <summary>How common each token is among those learned from, special tokens left out: [vocabulary].</summary>
    public required long[] Counts { get; init; }

    /// <summary>Whether the head is fresh.</summary>
    public required bool IsHeadFresh { get; init; }

    /// <summary>Whether the directory had a pooler.</summary>
    public required bool HasPooler { get; init; }

    /// <summary>Learns a vocabulary and makes a fresh encoder, whose size follows the texts' unless the options say it.</summary>
    public static PretrainingStart FromScratch(PretrainingTexts texts, PretrainingOptions options, PretrainingTime time, FitContext context)
    {
        long units = texts.Learned.Sum(t => (long)t.Length);
        TokenizerTrainingOptions vocabulary = new()
        {
            VocabularySize = options.VocabularySize ?? (units <= SmallTexts ? SmallVocabulary : units <= MiddleTexts ? MiddleVocabulary : LargeVocabulary),
            Lowercase = options.Lowercase,
        };
        bool isWordPiece = options.Vocabulary == PretrainingVocabulary.WordPiece;
        Tell(context, "learning a vocabulary");
        IEnumerable<string> read = time.Within(texts.Scattered(), PretrainingTime.Words, FewestTexts);
        Func<bool>? isLate = time.Until(PretrainingTime.Vocabulary);
        ITextTokenizer tokenizer = isWordPiece ? TokenizerTraining.WordPiece(read, vocabulary, context.Cancel, isLate) : TokenizerTraining.BytePairs(read, vocabulary, context.Cancel, isLate);
        (int layers, int hidden) = units <= SmallTexts ? (4, 256) : units <= MiddleTexts ? (6, 384) : (12, 512);
        hidden = options.HiddenSize ?? hidden;
        EncoderConfig config = new()
        {
            Kind = isWordPiece ? EncoderKind.Bert : EncoderKind.Roberta,
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = hidden,
            EmbeddingSize = hidden,
            Layers = options.Layers ?? layers,
            Heads = hidden / HeadWidth,
            IntermediateSize = 4 * hidden,
            MaxPositions = options.MaxLength + (isWordPiece ? 0 : tokenizer.Special.Pad + 1),
            TypeVocabularySize = isWordPiece ? 2 : 1,
            PadToken = tokenizer.Special.Pad,
            NormEpsilon = isWordPiece ? 1e-12 : 1e-5,
        };
        return Of(texts, tokenizer, options.MaxLength, time, context, TextEncoder.Create(config, context.Seed), null, hasPooler: false);
    }

    /// <summary>Reads an encoder's directory.</summary>
    /// <exception cref="TorchException">It is damaged, or its parts do not fit each other.</exception>
    /// <exception cref="BundleException">Its tokenizer's files are damaged.</exception>
    public static PretrainingStart FromDirectory(string directory, PretrainingTexts texts, PretrainingOptions options, PretrainingTime time, FitContext context)
    {
        ITextTokenizer tokenizer = Tokenizers.Load(directory);
        if (tokenizer.Special.Mask < 0 || tokenizer.Special.Separator < 0)
            throw new TorchException($"{directory}: the tokenizer has no {(tokenizer.Special.Mask < 0 ? "mask" : "separator")} token, so hidden tokens can't be learned. Take an encoder that was pre-trained with one.");
        TextEncoder encoder = TextEncoder.Load(directory, CPU, tokenizer);
        using WeightFiles files = WeightFiles.Open(directory);
        return Of(texts, tokenizer, Math.Min(options.MaxLength, encoder.Config.MaxTokens), time, context, encoder, MaskedHead.Load(files, encoder.Config, directory), encoder.Pooler is not null);
    }

    private static PretrainingStart Of(PretrainingTexts texts, ITextTokenizer tokenizer, int maxLength, PretrainingTime time, FitContext context, TextEncoder encoder, MaskedHead? head, bool hasPooler)
    {
        Tell(context, "cutting the texts into tokens");
        // The texts to score by come first: they are few, and needed in any case.
        PackedTexts held = Pack(texts.HeldOut, tokenizer, maxLength, time), learned = Pack(texts.Learned, tokenizer, maxLength, time);
        if (!learned.CanBeGuessed(tokenizer.Special) || !held.CanBeGuessed(tokenizer.Special))
            throw new TrainingException(nameof(Pretraining), "the texts hold no tokens of the vocabulary to learn from and to score by. Give more texts, or an encoder of their language.");
        long[] counts = new long[encoder.Config.VocabularySize];
        for (int sequence = 0; sequence < learned.Count; sequence++)
            foreach (int id in learned[sequence])
                if (!tokenizer.Special.Holds(id)) counts[id]++;
        return new PretrainingStart
        {
            Tokenizer = tokenizer,
            Learned = learned,
            HeldOut = held,
            Counts = counts,
            IsHeadFresh = head is null,
            HasPooler = hasPooler,
            Model = new MaskedLanguageModel(encoder, head ?? MaskedHead.Create(encoder.Config, context.Seed, Shares(counts))),
        };
    }

    /// <summary>Logarithm of each token's share, one added to every count so that none is impossible.</summary>
    public static float[] Shares(long[] counts)
    {
        double total = counts.Sum() + counts.Length;
        return Array.ConvertAll(counts, c => (float)Math.Log((c + 1) / total));
    }

    private static PackedTexts Pack(List<string> texts, ITextTokenizer tokenizer, int maxLength, PretrainingTime time) =>
        PackedTexts.Of(time.Within(texts, PretrainingTime.Tokens, FewestTexts).Select(t => tokenizer.Tokenize(t).Ids), tokenizer.Special, maxLength);

    private static void Tell(FitContext context, string what) => context.Progress?.Report(new FitProgress(0, double.NaN, what));
}
