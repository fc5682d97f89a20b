namespace MLPipes.Trainers.Torch;

/// <summary>The weights of an adapted encoder as groups for training: each knows how high it stands, for layer-wise rates and for thawing from the top.</summary>
internal static class ParameterGroups
{
    /// <summary>What learns, from below; a head's weights stand above, at <see cref="HeadDepth"/>.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="adaptation">Attached to it.</param>
    /// <param name="usesPooler">Whether the loss passes through the pooler; its weights get no gradient else.</param>
    public static IReadOnlyList<TrainedWeight> Of(TextEncoder encoder, IAdaptation adaptation, bool usesPooler = false) =>
        [.. adaptation.Trained.Where(w => usesPooler || !IsPooler(encoder, w)).OrderBy(w => w.Depth)];

    /// <summary>Depth of what stands above an encoder.</summary>
    public static int HeadDepth(TextEncoder encoder) => encoder.Layers.Count + 2;

    private static bool IsPooler(TextEncoder encoder, TrainedWeight weight) =>
        encoder.Pooler is not null && (weight.Name == encoder.Pooler.Name + ".weight" || weight.Name == encoder.Pooler.Name + ".bias");
}
