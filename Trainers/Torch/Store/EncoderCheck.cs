namespace MLPipes.Trainers.Torch;

/// <summary>Looks whether the chosen encoder can be used.</summary>
internal static class EncoderCheck
{
    private static readonly string[] tokenizers = ["tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model"];

    /// <summary>Loads an encoder and its tokenizer once: nothing less tells that all of it is there and belongs together.</summary>
    /// <exception cref="TorchException">A file is missing or damaged, or they do not belong together; or libtorch can't be loaded.</exception>
    /// <exception cref="BundleException">The tokenizer's files are damaged.</exception>
    public static void Load(string folder)
    {
        ITextTokenizer tokenizer = Tokenizers.Load(folder);
        using TextEncoder encoder = TextEncoder.Load(folder, Devices.Resolve(TorchDevice.Cpu));
        if (tokenizer.VocabularySize > encoder.Config.VocabularySize)
            throw new TorchException($"{folder}: the tokenizer has {tokenizer.VocabularySize} tokens, the encoder's embeddings {encoder.Config.VocabularySize}. The files do not belong together; fetch the folder again.");
    }

    /// <summary>A report that tells of the encoder alone; never throws.</summary>
    public static TorchReport Describe(string? encoder)
    {
        if (encoder is null) return new TorchReport();
        TorchReport report = new() { Encoder = encoder };
        try
        {
            StoreSettings settings = StoreSettings.FromEnvironment();
            if (ModelStore.FindLocal(encoder, settings) is not { } folder)
                return settings.IsOffline ? report with { EncoderProblem = $"it is not on this machine, and HF_HUB_OFFLINE forbids to download it. Name a folder with {ModelFiles.Needed}." } : report;
            report = report with { EncoderFolder = folder };
            using (WeightFiles weights = WeightFiles.Open(folder))
                if (weights.Names.Count == 0) return report with { EncoderProblem = $"its weights hold no tensor. Get the files again: {ModelFiles.Needed}." };
            return tokenizers.Any(file => File.Exists(Path.Combine(folder, file))) ? report
                : report with { EncoderProblem = $"it has no tokenizer. Put one of {string.Join(", ", tokenizers)} into {folder}." };
        }
        catch (Exception error) when (error is TorchException or IOException or UnauthorizedAccessException)
        {
            return report with { EncoderProblem = error.Message };
        }
    }
}
