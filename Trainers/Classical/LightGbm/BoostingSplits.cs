namespace MLPipes.Trainers;

/// <summary>How boosting looks for a split of a feature.</summary>
public enum BoostingSplits
{
    /// <summary>The best of all thresholds.</summary>
    Best,
    /// <summary>One random threshold a feature, as in extremely randomized trees: weaker trees that differ more.</summary>
    Random,
}
