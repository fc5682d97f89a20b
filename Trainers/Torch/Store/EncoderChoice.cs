namespace MLPipes.Trainers.Torch;

/// <summary>The encoder that is used where a program names none.</summary>
internal static class EncoderChoice
{
    /// <summary>Environment variable that names it: a folder, or a name that <see cref="ModelStore"/> resolves.</summary>
    public const string Setting = "MLPIPES_ENCODER";

    /// <summary>Its name; null where the user chose none, and light models are trained from scratch.</summary>
    public static string? Default => Environment.GetEnvironmentVariable(Setting) is { } name && !string.IsNullOrWhiteSpace(name) ? name.Trim() : null;

    /// <summary>Why what needs an encoder can't be used by default; null where one is named.</summary>
    public static string? WhyNone() => Default is null ? $"no encoder is named; name one with --encoder or {Setting}." : null;

    /// <summary>Refuses to go on without an encoder.</summary>
    /// <param name="encoder">Its name; null or blank for none.</param>
    /// <param name="owner">The options that should name it.</param>
    /// <exception cref="OptionsException">None is named.</exception>
    public static void Check(string? encoder, string owner)
    {
        if (string.IsNullOrWhiteSpace(encoder)) throw new OptionsException(owner, [$"Encoder is empty; name a Hugging Face directory or a model, or set {Setting}."]);
    }
}
