using System.Numerics;

namespace MLPipes.Trainers;

/// <summary>Which leaf each row is in while a tree grows, and the rows of each leaf.</summary>
/// <remarks>Leaf numbers have a bit for each level: the split of level d sends a row right where bit d is set.</remarks>
internal sealed class LeafRows
{
    private readonly int[] moved;

    public LeafRows(int paddedRows, int maxDepth)
    {
        Leaves = new byte[paddedRows];
        Rows = new int[paddedRows];
        moved = new int[paddedRows];
        Starts = new int[1 << maxDepth];
        Counts = new int[1 << maxDepth];
    }

    /// <summary>[padded rows]: the leaf of every row, also of those left out of this tree's search.</summary>
    public byte[] Leaves { get; }

    /// <summary>The rows of the search, leaf by leaf, ascending within each.</summary>
    public int[] Rows { get; }

    /// <summary>Where each leaf's rows start in <see cref="Rows"/>, [leaves].</summary>
    public int[] Starts { get; }

    /// <summary>Rows of each leaf, [leaves].</summary>
    public int[] Counts { get; }

    /// <summary>Goes back to one leaf that holds the first <paramref name="count"/> of <see cref="Rows"/>.</summary>
    public void Reset(int count)
    {
        Array.Clear(Leaves);
        Starts[0] = 0;
        Counts[0] = count;
    }

    /// <summary>Sets bit <paramref name="level"/> of the leaves of rows from <paramref name="start"/> up to <paramref name="end"/>, multiples of 64, that go right.</summary>
    public static void Mark(byte[] leaves, byte[] bins, LevelSplit split, int level, int start, int end)
    {
        Vector<byte> bit = new((byte)(1 << level)), bin = new((byte)split.Bin), missing = new((byte)split.Column.MissingBin);
        bool byCode = split.Column.Kind == SplitKind.OneCode, missingIsCode = byCode && split.Bin == split.Column.MissingBin;
        for (int i = start; i < end; i += Vector<byte>.Count)
        {
            Vector<byte> value = new(bins, i);
            Vector<byte> right = byCode ? Vector.Equals(value, bin) : Vector.GreaterThan(value, bin);
            if (byCode && !missingIsCode) right = ~right;
            else if (split.MissingLeft) right = Vector.AndNot(right, Vector.Equals(value, missing));
            (new Vector<byte>(leaves, i) | (right & bit)).CopyTo(leaves, i);
        }
    }

    /// <summary>Parts the rows of leaf <paramref name="leaf"/> by bit <paramref name="level"/>, keeping their order.</summary>
    public void Part(int leaf, int level)
    {
        int start = Starts[leaf], count = Counts[leaf], left = start, right = start, mask = 1 << level;
        for (int i = start; i < start + count; i++)
        {
            int row = Rows[i];
            bool goesRight = (Leaves[row] & mask) != 0;
            // Both written, one kept: nothing for the branch predictor to miss.
            moved[right] = row;
            Rows[left] = row;
            right += goesRight ? 1 : 0;
            left += goesRight ? 0 : 1;
        }
        Array.Copy(moved, start, Rows, left, right - start);
        Counts[leaf] = left - start;
        Starts[leaf | mask] = left;
        Counts[leaf | mask] = right - start;
    }
}
