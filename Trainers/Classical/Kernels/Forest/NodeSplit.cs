namespace MLPipes.Trainers;

/// <summary>A split of a node.</summary>
internal struct NodeSplit
{
    public int Feature;
    public double Gain;
    public float Threshold;
    public bool MissingLeft;

    /// <summary>Category codes that go left; null for a quantity.</summary>
    public int[]? Codes;

    /// <summary>No split.</summary>
    public static NodeSplit None => new() { Feature = -1, Gain = double.NegativeInfinity };
}

/// <summary>Looks for a split of a node by one feature.</summary>
internal interface ISplitSearch
{
    /// <summary>The split of the node in <paramref name="stats"/> by <paramref name="feature"/>; null where all its values are equal.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="rows">The node's rows, by position.</param>
    /// <param name="stats">The node.</param>
    /// <param name="minLeaf">Fewest rows of a side.</param>
    /// <param name="random">The tree's randomness.</param>
    NodeSplit? Find(int feature, ReadOnlySpan<int> rows, INodeStats stats, int minLeaf, ref SplitMix random);
}
