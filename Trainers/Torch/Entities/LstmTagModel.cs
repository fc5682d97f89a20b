using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>A light network that tags words, learned from scratch.</summary>
internal sealed class LstmTagModel : ITagModel, IPlainPart<LstmTagModel>
{
    private const int MostWidth = 4096;

    private readonly LstmTagNetwork network;

    /// <param name="tags">The tags.</param>
    /// <param name="network">The network; taken over, and its weights no longer change.</param>
    /// <param name="chain">Scores of pairs of tags.</param>
    public LstmTagModel(TagSet tags, LstmTagNetwork network, Chain chain)
    {
        (Tags, this.network, Chain) = (tags, network, chain);
        network.Module.eval();
    }

    public static string Kind => "entity-lstm";

    public TagSet Tags { get; }

    public Chain Chain { get; }

    public static LstmTagModel Read(PlainReader reader)
    {
        TagSet tags = TagSets.Read(reader);
        Chain chain = TagSets.ReadChain(reader, tags);
        WordVocabulary vocabulary = WordVocabulary.Read(reader);
        LstmSizes sizes = new(reader.Int(1, MostWidth), reader.Int(1, MostWidth), reader.Int(1, MostWidth), reader.Int(1, MostWidth));
        int count = reader.Int(1, 64);
        List<float[]> weights = [];
        for (int i = 0; i < count; i++) weights.Add(reader.Floats());
        // Checked before the network is made: the widths must be those of the weights at hand, not of a promise.
        if (weights[0].Length != (long)(vocabulary.Words + WordVocabulary.Reserved) * sizes.WordWidth) throw reader.Damaged($"the words' vectors hold {weights[0].Length} values");
        if (weights.Sum(w => (long)w.Length) < 8L * sizes.Hidden * sizes.Hidden) throw reader.Damaged($"there are too few weights for a width of {sizes.Hidden}");
        TorchRuntime.Load();
        LstmTagNetwork network = new(vocabulary, sizes, tags.Count, seed: 0, Devices.Resolve(TorchDevice.Auto));
        try
        {
            network.Restore(weights);
            return new LstmTagModel(tags, network, chain);
        }
        catch (ArgumentException error)
        {
            network.Dispose();
            throw reader.Damaged(error.Message.TrimEnd('.'));
        }
    }

    public void Write(PlainWriter writer)
    {
        TagSets.Write(writer, Tags);
        TagSets.WriteChain(writer, Chain);
        network.Vocabulary.Write(writer);
        foreach (int size in (int[])[network.Sizes.WordWidth, network.Sizes.CharacterWidth, network.Sizes.Filters, network.Sizes.Hidden]) writer.Int(size);
        IReadOnlyList<(string, float[] Values)> weights = network.Values();
        writer.Int(weights.Count);
        foreach ((_, float[] values) in weights) writer.Floats(values);
    }

    public float[][] Emissions(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel)
    {
        TorchRuntime.UseThreads(threads);
        return TagNetworks.Emissions(network, Tags.Count, runs, cancel);
    }

    public void Dispose() => network.Dispose();
}
