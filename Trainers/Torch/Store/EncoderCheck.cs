namespace MLPipes.Trainers.Torch;

/// <summary>Looks whether the chosen encoder can be used, without loading it.</summary>
internal static class EncoderCheck
{
    private static readonly string[] tokenizers = ["tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model"];

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
