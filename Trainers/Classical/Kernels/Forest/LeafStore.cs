using System.Runtime.InteropServices;

namespace MLPipes.Trainers;

/// <summary>The leaves of the tree that is being grown; rows of several values that are equal are held once.</summary>
/// <remarks>Most leaves of a full tree hold one class, or few rows of two: of thousands of leaves few rows are left.</remarks>
internal sealed class LeafStore(int width)
{
    private readonly List<double> values = [];
    private readonly List<int> rowOfLeaf = [];
    private readonly Dictionary<int, int> rowByHash = [];

    public int Count => rowOfLeaf.Count;

    /// <summary>The values so far; for <see cref="INodeStats.AddLeaf"/>, followed by <see cref="Close"/>.</summary>
    public List<double> Values => values;

    /// <summary>Ends the leaf whose values were added last.</summary>
    public void Close()
    {
        int row = (values.Count / width) - 1;
        if (width > 1)
        {
            ReadOnlySpan<double> all = CollectionsMarshal.AsSpan(values);
            HashCode hash = default;
            hash.AddBytes(MemoryMarshal.AsBytes(all[(row * width)..]));
            // Rows of equal hash that differ are kept apart; which of them is found again changes the size only.
            if (!rowByHash.TryAdd(hash.ToHashCode(), row) && rowByHash[hash.ToHashCode()] is int known
                && all.Slice(known * width, width).SequenceEqual(all[(row * width)..]))
            {
                values.RemoveRange(row * width, width);
                row = known;
            }
        }
        rowOfLeaf.Add(row);
    }

    public double[] ToValues() => [.. values];

    /// <summary>The row of each leaf; null where each has its own.</summary>
    public int[]? ToRows() => values.Count == rowOfLeaf.Count * width ? null : [.. rowOfLeaf];

    public void Clear()
    {
        values.Clear();
        rowOfLeaf.Clear();
        rowByHash.Clear();
    }
}
