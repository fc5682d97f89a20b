using MLPipes.AutoSearch;

namespace MLPipes;

/// <summary>Takes the best configurations of an earlier search into a new one.</summary>
public static class WarmStart
{
    // More of a journal's trials than these would use up a short budget before anything new is tried.
    private const int MostOfJournal = 10;

    /// <summary>The configurations in a saved model (its members, the weightiest first) or in a journal (its best trials, the best first).</summary>
    /// <param name="path">A model or a journal.</param>
    /// <exception cref="StudyException">It is neither, or holds no configuration.</exception>
    /// <exception cref="BundleException">It is a model, but a damaged one.</exception>
    public static IReadOnlyList<MemberConfiguration> Read(string path)
    {
        if (!File.Exists(path)) throw new StudyException($"There is no file '{path}' to start from. Name a model that was searched for, or a journal.");
        IReadOnlyList<MemberConfiguration> found = IsZip(path) ? FittedPipeline.Load(path).Manifest.Configurations : BestOf(Journal.TrialsOf(path));
        return found.Count > 0 ? found : throw new StudyException($"'{path}' holds no configuration to start from: it was saved by an earlier version, or no trial of it completed.");
    }

    /// <summary>Entries for the head of a portfolio; configurations whose trainer is no candidate are left out.</summary>
    internal static IReadOnlyList<PortfolioEntry> Entries(IReadOnlyList<MemberConfiguration> earlier, IReadOnlyList<Candidate> candidates, IReadOnlyList<string> featurizers) =>
    [
        .. from configuration in earlier
           join candidate in candidates on configuration.Trainer equals candidate.Key
           select new PortfolioEntry(candidate.Key, candidate.Space.PointNear(configuration.Knobs), [.. configuration.Featurizers.Where(featurizers.Contains)], "warm"),
    ];

    private static IReadOnlyList<MemberConfiguration> BestOf(IReadOnlyList<TrialEvent> outcomes)
    {
        TrialEvent.Completed[] ranked = [.. outcomes.OfType<TrialEvent.Completed>().Where(c => double.IsFinite(c.Loss)).OrderBy(c => c.Loss).ThenBy(c => c.Number)];
        // The best of each trainer as well: in an ensemble different ones count for more than the same again.
        return [.. ranked.Take(MostOfJournal / 2).Concat(ranked.DistinctBy(c => c.Plan.Trainer).Take(MostOfJournal)).DistinctBy(c => c.Number).Take(MostOfJournal).Select(c => Of(c.Plan))];
    }

    /// <summary>A plan's configuration.</summary>
    internal static MemberConfiguration Of(TrialPlan plan) => new() { Trainer = plan.Trainer, Knobs = plan.Knobs, Featurizers = plan.Featurizers };

    private static bool IsZip(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start[0] == (byte)'P' && start[1] == (byte)'K';
    }
}
