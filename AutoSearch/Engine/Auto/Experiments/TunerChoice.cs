namespace MLPipes.AutoSearch;

/// <summary>Which tuner an experiment uses.</summary>
/// <param name="Over">Makes it over candidates, with a seed.</param>
internal sealed record TunerChoice(Func<IReadOnlyList<Candidate>, int, ITuner> Over)
{
    /// <summary>Start points, then local search around the best with random points between.</summary>
    public static TunerChoice Default { get; } = new((candidates, seed) => new SearchTuner(candidates, Starts(candidates), seed));

    /// <summary>The start point of each candidate, in their order.</summary>
    private static IReadOnlyList<PortfolioEntry> Starts(IReadOnlyList<Candidate> candidates) => [.. candidates.Select(c => new PortfolioEntry(c.Key, c.StartPoint, [], "start"))];
}
