namespace MLPipes.Trainers;

/// <summary>Labels and weights of the rows of one node, and how good a split of them is. Larger gains are better.</summary>
internal interface INodeStats
{
    /// <summary>Takes the rows of a node.</summary>
    /// <param name="rows">Row indices; their place in here is their position.</param>
    /// <param name="weights">[all rows].</param>
    void Load(ReadOnlySpan<int> rows, ReadOnlySpan<float> weights);

    /// <summary>Whether all labels are equal, so that no split can gain.</summary>
    bool IsPure { get; }

    /// <summary>Values per leaf.</summary>
    int LeafWidth { get; }

    /// <summary>Adds the values of a leaf that holds the node.</summary>
    void AddLeaf(List<double> leafValues);

    /// <summary>The gain of a split given by sides, missing rows on the better one.</summary>
    /// <param name="sides">[positions]: 0 left, 1 right, 2 missing.</param>
    /// <param name="minLeaf">Fewest rows of a side.</param>
    /// <param name="missingIsFree">Whether missing rows may go left as well as right.</param>
    /// <param name="missingLeft">Whether they go left.</param>
    /// <returns>−∞ where no legal split comes of it.</returns>
    double GainOf(ReadOnlySpan<byte> sides, int minLeaf, bool missingIsFree, out bool missingLeft);

    /// <summary>The gain of sending left what is at most a threshold.</summary>
    /// <param name="values">[positions], none NaN.</param>
    /// <param name="threshold">The largest value that goes left.</param>
    /// <param name="minLeaf">Fewest rows of a side.</param>
    /// <returns>−∞ where a side has too few rows.</returns>
    double GainBelow(ReadOnlySpan<float> values, float threshold, int minLeaf);

    /// <summary>The best cut of positions in sorted order.</summary>
    /// <param name="order">Positions by ascending key; positions behind <paramref name="present"/> are missing.</param>
    /// <param name="keys">The keys in that order; a cut lies between different keys.</param>
    /// <param name="present">Positions that are not missing.</param>
    /// <param name="minLeaf">Fewest rows of a side.</param>
    /// <param name="missingLeft">Whether missing rows go left.</param>
    /// <param name="cut">How many present positions go left.</param>
    /// <returns>−∞ where there is none.</returns>
    double BestCut(ReadOnlySpan<int> order, ReadOnlySpan<int> keys, int present, int minLeaf, bool missingLeft, out int cut);

    /// <summary>The best cut between bins, by sums a bin instead of sorted rows.</summary>
    /// <param name="keys">[positions]: bins, none missing.</param>
    /// <param name="low">The lowest bin.</param>
    /// <param name="high">The highest bin.</param>
    /// <param name="minLeaf">Fewest rows of a side.</param>
    /// <param name="below">The last bin with rows that goes left.</param>
    /// <param name="above">The first with rows that goes right.</param>
    /// <returns>−∞ where there is none.</returns>
    double BestBin(ReadOnlySpan<int> keys, int low, int high, int minLeaf, out int below, out int above);

    /// <summary>Chooses what <see cref="ValueAt"/> tells, for ordering categories: a label, or one class's membership.</summary>
    void ChoosePivot(ref SplitMix random);

    /// <summary>What categories are ordered by the mean of.</summary>
    double ValueAt(int position);

    /// <summary>The weight of a position.</summary>
    double WeightAt(int position);
}
