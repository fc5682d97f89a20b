namespace MLPipes.Pipelines;

/// <summary>Questions about <see cref="Needs"/>.</summary>
public static class NeedsKinds
{
    private const Needs Ids = Needs.TokenIds | Needs.WordIds;

    /// <summary>The kind of ids that text has to arrive as; <see cref="Needs.None"/> where it may arrive as quantities.</summary>
    public static Needs IdsOf(this Needs needs) => needs & Ids;

    /// <summary>Whether text has to arrive as ids of some kind: without a text column, such a trainer has nothing to read.</summary>
    public static bool AreIds(this Needs needs) => needs.IdsOf() != Needs.None;
}
