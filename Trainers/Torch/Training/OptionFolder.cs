namespace MLPipes.Trainers.Torch;

/// <summary>Folders that options name to be written to.</summary>
internal static class OptionFolder
{
    /// <summary>Makes the folder where it is not there, so that it is refused before the work and not behind it.</summary>
    /// <param name="owner">The options' name.</param>
    /// <param name="option">The option's name.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="OptionsException">It can't be made.</exception>
    public static void Make(string owner, string option, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OptionsException(owner, [$"{option} = '{folder}' can't be made: {error.Message} Name another folder."]);
        }
    }
}
