namespace MLPipes.Pipelines;

/// <summary>Questions about <see cref="Needs"/>.</summary>
internal static class NeedsKinds
{
    private const Needs Ids = Needs.TokenIds | Needs.WordIds;

    /// <summary>The kind of ids that text has to arrive as; <see cref="Needs.None"/> where it may arrive as quantities.</summary>
    public static Needs IdsOf(Needs needs) => needs & Ids;

    /// <summary>Whether text has to arrive as ids of some kind.</summary>
    public static bool AreIds(Needs needs) => IdsOf(needs) != Needs.None;
}
