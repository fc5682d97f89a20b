namespace MLPipes.Pipelines;

/// <summary>How much each neighbour of a <see cref="NeighborModel"/> counts.</summary>
public enum NeighborWeights : byte
{
    /// <summary>All the same.</summary>
    Uniform,
    /// <summary>One over its distance; where some are at distance 0, only those count.</summary>
    Distance,
}
