namespace MLPipes.Trainers.Torch;

/// <summary>The encoder that is used where a program names none.</summary>
internal static class EncoderChoice
{
    /// <summary>Environment variable that names it: a folder, or a name that <see cref="ModelStore"/> resolves.</summary>
    public const string Setting = "MLPIPES_ENCODER";

    /// <summary>Its name; null where the user chose none, and light models are trained from scratch.</summary>
    public static string? Default => Environment.GetEnvironmentVariable(Setting) is { } name && !string.IsNullOrWhiteSpace(name) ? name.Trim() : null;
}
