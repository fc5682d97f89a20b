using MLPipes.AutoSearch;

namespace MLPipes.Cli;

/// <summary>Where the journal of <c>train</c> lies, and what becomes of one that is there already.</summary>
internal static class JournalFile
{
    /// <summary>The journal beside <paramref name="model"/>.</summary>
    public static string Beside(string model) => model + ".journal";

    /// <summary>
    /// Makes room for a new journal beside a model: one of a search that came to its end goes, as its model does; one of a search that was
    /// interrupted is moved aside. Where none can be kept, the search does without: nobody asked for it.
    /// </summary>
    /// <param name="path">The journal.</param>
    /// <param name="warnings">Takes what the user should know.</param>
    /// <returns>The journal to keep; null for none.</returns>
    /// <exception cref="StudyException">Another search is writing it, or what is there is no journal.</exception>
    public static string? MakeRoom(string path, List<string> warnings)
    {
        if (File.Exists(path))
        {
            string aside = path + ".unfinished";
            bool isWorthKeeping = !Journal.IsEnded(path) && Journal.TrialsOf(path).Count > 0;
            if (isWorthKeeping) File.Move(path, aside, overwrite: true);
            else File.Delete(path);
            if (isWorthKeeping) warnings.Add($"an interrupted search lay in '{path}'; its journal is now '{aside}', and 'mlpipes resume {aside}' goes on with it.");
        }
        if (Journal.ProblemWith(path) is not { } problem) return path;
        warnings.Add($"no journal is kept, and an interrupted search can't be resumed: {problem}");
        return null;
    }
}
