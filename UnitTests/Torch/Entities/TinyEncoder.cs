namespace MLPipes.Trainers.Torch.Tests;

/// <summary>A small encoder by chance, without capitals, with a vocabulary of the made-up sentences, as a Hugging Face directory.</summary>
internal static class TinyEncoder
{
    private static readonly Lazy<string> folder = new(Write);

    public static string Folder => folder.Value;

    private static string Write()
    {
        string path = Directory.CreateTempSubdirectory("mlpipes-tiny-encoder-").FullName;
        string[] corpus = [.. Names.Sentences(300, 1).Concat(Names.Sentences(100, 2, unseen: true)).Select(d => d.Text), string.Join(' ', Enumerable.Range('a', 26).Select(c => ((char)c).ToString()))];
        ITextTokenizer tokenizer = TokenizerTraining.WordPiece(corpus, new TokenizerTrainingOptions { VocabularySize = 400 });
        Tokenizers.Save(tokenizer, path);
        using TextEncoder encoder = TextEncoder.Create(new EncoderConfig
        {
            Kind = EncoderKind.Bert,
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = 32,
            EmbeddingSize = 32,
            Layers = 2,
            Heads = 2,
            IntermediateSize = 64,
            MaxPositions = 64,
            TypeVocabularySize = 2,
            PadToken = tokenizer.Special.Pad,
        }, seed: 1);
        encoder.Save(path);
        return path;
    }
}
