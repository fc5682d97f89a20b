namespace MLPipes.Trainers.Torch;

/// <summary>Reads and writes the tokenizer files of a Hugging Face directory.</summary>
internal static class Tokenizers
{
    /// <summary>The tokenizer of an encoder directory: tokenizer.json, else vocab.txt, vocab.json with merges.txt, or a SentencePiece model.</summary>
    /// <exception cref="BundleException">No such files, or they are damaged or ask for what mlpipes does not have; the message names the file.</exception>
    public static ITextTokenizer Load(string directory) => throw new NotImplementedException();

    /// <summary>Writes the files from which Python's transformers and <see cref="Load"/> make the same tokenizer.</summary>
    public static void Save(ITextTokenizer tokenizer, string directory) => throw new NotImplementedException();
}
