namespace MLPipes.Trainers.Torch;

/// <summary>Reads and writes the tokenizer files of a Hugging Face directory.</summary>
internal static class Tokenizers
{
    private static readonly string[] sentencePieceNames = ["sentencepiece.bpe.model", "spiece.model"];

    /// <summary>The tokenizer of an encoder directory: tokenizer.json, else a SentencePiece model, vocab.json with merges.txt, or vocab.txt.</summary>
    /// <exception cref="BundleException">No such files, or they are damaged or ask for what mlpipes does not have; the message names the file.</exception>
    public static ITextTokenizer Load(string directory)
    {
        TokenizerFiles files = new(directory);
        if (files.Has("tokenizer.json")) return new TextTokenizer(FromJson(files));
        if (sentencePieceNames.FirstOrDefault(files.Has) is { } model) return new TextTokenizer(TokenizerDirectory.SentencePiece(files, model));
        if (files.Has("vocab.json") && files.Has("merges.txt")) return new TextTokenizer(TokenizerDirectory.ByteLevel(files));
        if (files.Has("vocab.txt")) return new TextTokenizer(TokenizerDirectory.WordPiece(files));
        throw new BundleException($"{directory}: there are no tokenizer files. Put tokenizer.json, or vocab.txt, or vocab.json with merges.txt, or sentencepiece.bpe.model, or spiece.model there.");
    }

    /// <summary>Writes the files from which Python's transformers and <see cref="Load"/> make the same tokenizer.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="directory">An existing directory; files of the same names are replaced.</param>
    /// <param name="maxLength">Longest sequence that the encoder takes, in tokens; Python warns beyond it.</param>
    public static void Save(ITextTokenizer tokenizer, string directory, int maxLength = 512) => TokenizerFilesWriter.Write(((TextTokenizer)tokenizer).Definition, directory, maxLength);

    private static TokenizerDefinition FromJson(TokenizerFiles files)
    {
        string path = files.PathOf("tokenizer.json");
        byte[] bytes = files.Bytes("tokenizer.json");
        TokenizerDefinition definition = TokenizerJsonReader.Read(bytes, path);
        // Python's fast BERT tokenizers let tokenizer_config.json decide over tokenizer.json, so that the same directory gives the same ids.
        if (definition.Normalizer is BertNormalizer bert)
        {
            definition = definition with
            {
                Normalizer = bert with
                {
                    Lowercase = files.Flag("do_lower_case") ?? bert.Lowercase,
                    StripAccents = files.Flag("strip_accents") ?? bert.StripAccents,
                    SpaceIdeographs = files.Flag("tokenize_chinese_chars") ?? bert.SpaceIdeographs,
                },
            };
        }
        return definition with { Special = files.Names.Resolve(definition, TokenizerJsonReader.PostProcessingOf(bytes, path), path) };
    }
}
