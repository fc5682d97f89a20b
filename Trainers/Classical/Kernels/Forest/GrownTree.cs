using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A tree, and the rows that it was grown on; null where that is not asked for.</summary>
internal sealed record GrownTree(Tree Tree, RowSet? Seen);
