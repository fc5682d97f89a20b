namespace MLPipes.Trainers.Torch;

/// <summary>A trainer that a search may try.</summary>
/// <param name="Key">What it is called.</param>
/// <param name="Create">Makes it, with options that suit the data.</param>
/// <param name="LeastSeconds">Time below which it is not worth beginning.</param>
/// <param name="IsCheap">Whether it is fitted again on all documents where it wins, and tags fast.</param>
/// <param name="MayFail">Whether the search goes on without it: for reasons that lie in the machine, not in what the user asked for.</param>
internal sealed record EntityCandidate(string Key, Func<IEntityTrainer> Create, double LeastSeconds, bool IsCheap, bool MayFail)
{
    /// <summary>What is worth trying, light ones first.</summary>
    public static IReadOnlyList<EntityCandidate> Of(EntitySearchOptions options)
    {
        List<EntityCandidate> candidates = [new("crf", () => new CrfEntityTrainer(), 0, IsCheap: true, MayFail: false)];
        return candidates;
    }
}
