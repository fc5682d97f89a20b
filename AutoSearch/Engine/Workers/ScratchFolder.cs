namespace MLPipes.AutoSearch;

/// <summary>A study's own temporary folder; deleted with the study, or by the next one where the process was killed.</summary>
/// <remarks>A lock file that its owner holds open tells a living study's folder from one left behind, also across containers that share a disk.</remarks>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "mlpipes-study-", LockName = "lock";
    // A folder so young may be about to be locked.
    private static readonly TimeSpan young = TimeSpan.FromMinutes(1);

    private readonly FileStream held;

    private ScratchFolder(string path, FileStream held)
    {
        Location = path;
        this.held = held;
    }

    /// <summary>Its path.</summary>
    public string Location { get; }

    /// <summary>Makes a folder that only this user may read.</summary>
    /// <exception cref="IOException">The system's temporary folder can't be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static ScratchFolder Create()
    {
        SweepLeftovers();
        string path = Directory.CreateTempSubdirectory(Prefix).FullName;
        return new ScratchFolder(path, new FileStream(Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>Deletes <paramref name="folder"/> unless the study that made it lives.</summary>
    public static void DeleteIfAbandoned(string folder)
    {
        try
        {
            using (new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Its study lives, it is another user's, or another process was faster.
        }
    }

    public void Dispose()
    {
        held.Dispose();
        try
        {
            Directory.Delete(Location, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // On Windows a worker that is just ending may hold a file; the next study sweeps what is left.
        }
    }

    private static void SweepLeftovers()
    {
        try
        {
            foreach (string folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
                if (TimeProvider.System.GetUtcNow() - Directory.GetCreationTimeUtc(folder) > young) DeleteIfAbandoned(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A temporary folder that can't be listed shows when a new folder is made in it.
        }
    }
}
