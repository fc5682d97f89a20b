namespace MLPipes.Cli;

/// <summary>Where a result file goes: checked before the work whose result it is to hold.</summary>
internal static class ModelOutput
{
    /// <summary>Makes sure that a file can be written at <paramref name="path"/>, and leaves what is there untouched.</summary>
    /// <exception cref="OptionsException">It can't; the message says why.</exception>
    public static void Check(string option, string path)
    {
        try
        {
            if (path.Length == 0 || Path.GetFileName(path).Length == 0) throw Refuse(option, path, "it names no file");
            string full = Path.GetFullPath(path);
            if (Directory.Exists(full)) throw Refuse(option, path, "it is a folder; name a file in it");
            if (File.Exists(full) && File.GetAttributes(full).HasFlag(FileAttributes.ReadOnly)) throw Refuse(option, path, "the file there is read-only");
            // Saving renames a finished file into place, which would put a plain file where a device stands.
            if (!OperatingSystem.IsWindows() && (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal)))
                throw Refuse(option, path, "it is no place for files");
            string folder = Path.GetDirectoryName(full)!;
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.probe");
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Refuse(option, path, error.Message.TrimEnd('.'));
        }
    }

    private static OptionsException Refuse(string option, string path, string why) => new(option, [$"'{path}' can't be written: {why}."]);
}
