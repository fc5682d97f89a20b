namespace MLPipes.Trainers.Torch;

/// <summary>What a search for an entity tagger found.</summary>
/// <param name="Tagger">The best; dispose of it.</param>
/// <param name="Best">Its trial.</param>
/// <param name="Validation">Its score on the documents held out; null where there were too few to hold any out.</param>
/// <param name="Trials">All candidates, in the order tried.</param>
/// <param name="IsRefitted">Whether the best, or its slow part, was fitted again on all documents.</param>
/// <param name="IsCancelled">Whether it was asked to end early.</param>
public sealed record EntitySearchResult(
    EntityTagger Tagger, EntityTrial Best, EntityMetrics? Validation, IReadOnlyList<EntityTrial> Trials, bool IsRefitted, bool IsCancelled);
