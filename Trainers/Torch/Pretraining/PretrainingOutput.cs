namespace MLPipes.Trainers.Torch;

/// <summary>Writes what pre-training has made.</summary>
internal static class PretrainingOutput
{
    /// <summary>Writes the model once and takes it away again: tells how long that takes, and whether there is room, before the training and not after it.</summary>
    /// <exception cref="TorchException">It can't be written.</exception>
    public static TimeSpan TimeOfWriting(MaskedLanguageModel model, string output, TimeProvider clock)
    {
        long start = clock.GetTimestamp();
        string draft = Path.Combine(output, $".{Path.GetRandomFileName()}");
        Guard(output, () =>
        {
            try
            {
                model.Save(draft, withPooler: true);
            }
            finally
            {
                if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
            }
        });
        return clock.GetElapsedTime(start);
    }

    /// <summary>Writes model and tokenizer.</summary>
    /// <exception cref="TorchException">They can't be written.</exception>
    public static void Write(MaskedLanguageModel model, PretrainingStart start, string output) => Guard(output, () =>
    {
        model.Save(output, start.HasPooler);
        Tokenizers.Save(start.Tokenizer, output, model.Encoder.Config.MaxTokens);
    });

    private static void Guard(string output, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TorchException($"{output}: the encoder can't be written there ({error.Message.TrimEnd('.')}). Name a folder that may be written, on a disk with room.", error);
        }
    }
}
