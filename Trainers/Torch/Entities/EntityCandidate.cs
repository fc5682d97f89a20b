namespace MLPipes.Trainers.Torch;

/// <summary>A trainer that a search may try.</summary>
/// <param name="Key">What it is called.</param>
/// <param name="Create">Makes it, with options that suit the data.</param>
/// <param name="LeastSeconds">Time below which it is not worth beginning.</param>
/// <param name="IsCheap">Whether it is fitted again on all documents where it wins, and tags fast.</param>
/// <param name="MayFail">Whether the search goes on without it: for reasons that lie in the machine, not in what the user asked for.</param>
internal sealed record EntityCandidate(string Key, Func<IEntityTrainer> Create, double LeastSeconds, bool IsCheap, bool MayFail)
{
    // Seconds that the light network needs for a thousand words to come near what it can, on two cores.
    private const double LightSecondsPerThousandWords = 0.3;

    /// <summary>What is worth trying, light ones first: an encoder where one is named, else the light network, which it beats on all data.</summary>
    public static IReadOnlyList<EntityCandidate> Of(EntitySearchOptions options)
    {
        long words = options.Data.Sum(d => (long)d.WordCount);
        List<EntityCandidate> candidates = [new("crf", () => new CrfEntityTrainer(), 0, IsCheap: true, MayFail: false)];
        if (string.IsNullOrWhiteSpace(options.Encoder))
            candidates.Add(new("bilstm", () => LstmEntityTrainer.For(words), Math.Max(5, LightSecondsPerThousandWords * words / 1000), IsCheap: false, MayFail: true));
        else
            candidates.Add(new("encoder", () => EncoderEntityTrainer.For(options.Encoder, options.Data.Count), 10, IsCheap: false, MayFail: false));
        return candidates;
    }
}
