using MLPipes.AutoSearch;

namespace MLPipes.Cli;

/// <summary>Where the journal of <c>train</c> lies, and what becomes of one that is there already.</summary>
internal static class JournalFile
{
    /// <summary>The journal beside <paramref name="model"/>.</summary>
    public static string Beside(string model) => model + ".journal";

    /// <summary>
    /// Makes room for a new journal beside a model: one of a search that came to its end goes, as its model does; one of a search that was
    /// interrupted is moved aside.
    /// </summary>
    /// <returns>What the user should know; null for nothing.</returns>
    /// <exception cref="StudyException">Another search is writing it, or what is there is no journal.</exception>
    public static string? MakeRoom(string path)
    {
        if (!File.Exists(path)) return null;
        if (Journal.IsEnded(path) || Journal.TrialsOf(path).Count == 0)
        {
            File.Delete(path);
            return null;
        }
        string aside = path + ".unfinished";
        File.Move(path, aside, overwrite: true);
        return $"an interrupted search lay in '{path}'; its journal is now '{aside}', and 'mlpipes resume {aside}' goes on with it.";
    }
}
