namespace MLPipes.Trainers.Torch;

/// <summary>Names and shapes of all weights that a configuration asks for, without building anything.</summary>
internal static class EncoderShapes
{
    /// <summary>Weights that must be there, under their Hugging Face names without prefix, in the order in which an encoder is built.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Of(EncoderConfig config)
    {
        EncoderNames names = EncoderNames.Of(config.Kind);
        int width = config.EmbeddingSize, hidden = config.HiddenSize;
        yield return (EncoderNames.Words + ".weight", [config.VocabularySize, width]);
        yield return (EncoderNames.Positions + ".weight", [config.MaxPositions, width]);
        if (config.TypeVocabularySize > 0) yield return (EncoderNames.Types + ".weight", [config.TypeVocabularySize, width]);
        foreach (var norm in Norm(EncoderNames.EmbeddingNorm, width)) yield return norm;
        if (config.ProjectsEmbeddings)
        {
            foreach (var linear in Linear(names.EmbeddingProjection, width, hidden)) yield return linear;
        }
        if (config.RelativeBuckets > 0) yield return (names.RelativeBias + ".weight", [config.RelativeBuckets, config.Heads]);

        int groups = config.LayerGroups == 0 ? config.Layers : config.LayerGroups;
        for (int layer = 0; layer < groups * config.InnerLayers; layer++)
        {
            string prefix = names.LayerPrefix(layer / config.InnerLayers, layer % config.InnerLayers);
            IEnumerable<(string, long[])> all =
            [
                .. Linear(prefix + names.Query, hidden, hidden), .. Linear(prefix + names.Key, hidden, hidden), .. Linear(prefix + names.Value, hidden, hidden),
                .. Linear(prefix + names.Output, hidden, hidden), .. Norm(prefix + names.AttentionNorm, hidden),
                .. Linear(prefix + names.Up, hidden, config.IntermediateSize), .. Linear(prefix + names.Down, config.IntermediateSize, hidden),
                .. Norm(prefix + names.OutputNorm, hidden),
            ];
            foreach (var weight in all) yield return weight;
        }
    }

    /// <summary>Weights that may be there: the pooler's.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Optional(EncoderConfig config) =>
        EncoderNames.Of(config.Kind).Pooler is { } pooler ? Linear(pooler, config.HiddenSize, config.HiddenSize) : [];

    private static IEnumerable<(string, long[])> Linear(string name, long inputs, long outputs) => [(name + ".weight", [outputs, inputs]), (name + ".bias", [outputs])];

    private static IEnumerable<(string, long[])> Norm(string name, long width) => [(name + ".weight", [width]), (name + ".bias", [width])];
}
