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

    /// <summary>Saves the model; in the temporary folder where its own place can't be written any more.</summary>
    /// <param name="pipeline">The model.</param>
    /// <param name="path">Where it is to be.</param>
    /// <param name="journal">The search's journal, from which it can be made again; null for none.</param>
    /// <returns>Where it is, and what the user has to know where that is not <paramref name="path"/>.</returns>
    /// <exception cref="BundleException">It can't be saved there either.</exception>
    public static (string Path, string? Problem) Save(FittedPipeline pipeline, string path, string? journal) => Save(pipeline.Save, path, journal);

    /// <summary>Saves a model of any kind as <see cref="Save(FittedPipeline, string, string?)"/> does.</summary>
    public static (string Path, string? Problem) Save(Action<string> save, string path, string? journal)
    {
        try
        {
            save(path);
            return (path, null);
        }
        catch (BundleException problem)
        {
            string instead = Path.Combine(Path.GetTempPath(), $"mlpipes-{Guid.NewGuid():N}.zip");
            try
            {
                save(instead);
                return (instead, $"{problem.Message} The model is now '{instead}'; move it from there.");
            }
            catch (BundleException)
            {
                string again = journal is null ? "" : $" The trials are in the journal: 'mlpipes resume {journal} --out <file>' makes the model again.";
                throw new BundleException($"{problem.Message} Nor can it be written in '{Path.GetTempPath()}'.{again}", problem);
            }
        }
    }

    private static OptionsException Refuse(string option, string path, string why) => new(option, [$"'{path}' can't be written: {why}."]);
}
