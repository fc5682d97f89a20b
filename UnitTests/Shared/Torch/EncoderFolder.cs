using MLPipes.Trainers.Torch;

namespace MLPipes.Tests;

/// <summary>A folder with a tiny encoder of random weights and its WordPiece vocabulary, gone when it is disposed of.</summary>
internal sealed class EncoderFolder : IDisposable
{
    /// <summary>The first words of each vocabulary: the special ones.</summary>
    public static IReadOnlyList<string> Special { get; } = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <param name="path">Where the folder is made.</param>
    /// <param name="words">The words behind the special ones, each once.</param>
    /// <param name="width">Numbers of a token's vector, a multiple of 4.</param>
    /// <param name="layers">Number of layers.</param>
    public EncoderFolder(string path, IEnumerable<string> words, int width, int layers)
    {
        TorchRuntime.Load();
        Path = Directory.CreateDirectory(path).FullName;
        string[] vocabulary = [.. Special, .. words];
        File.WriteAllLines(System.IO.Path.Combine(Path, "vocab.txt"), vocabulary);
        using TextEncoder encoder = TextEncoder.Create(new EncoderConfig
        {
            Kind = EncoderKind.Bert,
            VocabularySize = vocabulary.Length,
            HiddenSize = width,
            EmbeddingSize = width,
            Heads = 4,
            IntermediateSize = 2 * width,
            Layers = layers,
            MaxPositions = 64,
            TypeVocabularySize = 2,
            PadToken = 0,
            InitializerRange = 0.1,
        }, seed: 3);
        encoder.Save(Path);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
