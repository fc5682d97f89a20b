using System.Numerics.Tensors;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>A conditional random field over hand-made features: a weight for each feature and tag, and for each pair of tags.</summary>
internal sealed class CrfModel : ITagModel, IPlainPart<CrfModel>
{
    private readonly ulong[] features;
    private readonly float[] weights;
    private readonly Dictionary<ulong, int> rows;

    /// <param name="tags">The tags.</param>
    /// <param name="features">Hashes of the features, each once.</param>
    /// <param name="weights">Weights [features × tags].</param>
    /// <param name="chain">Scores of pairs of tags.</param>
    public CrfModel(TagSet tags, ulong[] features, float[] weights, Chain chain)
    {
        if (weights.Length != (long)features.Length * tags.Count) throw new ArgumentException($"There are {weights.Length} weights for {features.Length} features and {tags.Count} tags.", nameof(weights));
        (Tags, this.features, this.weights, Chain) = (tags, features, weights, chain);
        rows = new Dictionary<ulong, int>(features.Length);
        for (int i = 0; i < features.Length; i++)
            if (!rows.TryAdd(features[i], i)) throw new ArgumentException("A feature stands twice.", nameof(features));
    }

    public static string Kind => "entity-crf";

    public TagSet Tags { get; }

    public Chain Chain { get; }

    public static CrfModel Read(PlainReader reader)
    {
        TagSet tags = TagSets.Read(reader);
        ulong[] features = [.. reader.Longs().Select(v => (ulong)v)];
        if ((long)features.Length * tags.Count > int.MaxValue) throw reader.Damaged($"{features.Length} features are too many for {tags.Count} tags");
        float[] weights = reader.Floats(features.Length * tags.Count);
        Chain chain = TagSets.ReadChain(reader, tags);
        if (weights.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw reader.Damaged("a weight is not finite");
        return new CrfModel(tags, features, weights, chain);
    }

    public void Write(PlainWriter writer)
    {
        TagSets.Write(writer, Tags);
        writer.Longs([.. features.Select(v => (long)v)]);
        writer.Floats(weights);
        TagSets.WriteChain(writer, Chain);
    }

    public float[][] Emissions(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel)
    {
        float[][] emissions = new float[runs.Count][];
        Parallel.For(0, runs.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, i => emissions[i] = Emissions(runs[i]));
        return emissions;
    }

    public void Dispose() { }

    private float[] Emissions(WordRun run)
    {
        List<ulong> found = new(run.Count * CrfFeatures.Most);
        List<int> ends = new(run.Count);
        CrfFeatures.Extract(run, found, ends);
        int tags = Tags.Count, at = 0;
        float[] emissions = new float[run.Count * tags];
        for (int i = 0; i < run.Count; i++)
        {
            Span<float> scores = emissions.AsSpan(i * tags, tags);
            for (; at < ends[i]; at++)
                if (rows.TryGetValue(found[at], out int row)) TensorPrimitives.Add(scores, weights.AsSpan(row * tags, tags), scores);
        }
        return emissions;
    }
}
