using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Sorted thresholds as a tree of nodes of sixteen, so that a search compares a value to sixteen at a time and never branches on it.</summary>
/// <remarks>
/// The lowest level holds all thresholds; above it, a node holds the last threshold of each of its first sixteen of seventeen
/// children. Node n has the children 17·n + 1 to 17·n + 17. Unused places hold +∞, which nothing is above.
/// </remarks>
internal static unsafe class ThresholdKeys
{
    /// <summary>Thresholds per node.</summary>
    public const int Node = 16;

    private const int Children = Node + 1;

    /// <summary>Levels for <paramref name="keys"/> thresholds.</summary>
    public static int LevelsFor(int keys)
    {
        int levels = 1;
        for (long room = Node; room < keys; room *= Children) levels++;
        return levels;
    }

    /// <summary>The number of the first node of the lowest level.</summary>
    public static int FirstLowest(int levels)
    {
        int first = 0;
        for (; levels > 1; levels--) first = (first * Children) + 1;
        return first;
    }

    /// <summary>Nodes for <paramref name="keys"/> thresholds.</summary>
    public static int NodesFor(int keys) => FirstLowest(LevelsFor(keys)) + ((keys + Node - 1) / Node);

    /// <summary>Lays ascending thresholds out.</summary>
    /// <param name="sorted">At least one, none +∞.</param>
    /// <param name="nodes">[nodes × 16].</param>
    public static void Lay(ReadOnlySpan<float> sorted, Span<float> nodes)
    {
        nodes.Fill(float.PositiveInfinity);
        int levels = LevelsFor(sorted.Length);
        sorted.CopyTo(nodes[(FirstLowest(levels) * Node)..]);
        int span = Node;
        for (int level = levels - 1; level >= 1; level--, span *= Children)
        {
            int first = FirstLowest(level);
            // The last threshold of a child leads on to the next one, if there is a next one.
            for (int child = 0, last = span - 1; last < sorted.Length - 1; child++, last += span)
                if (child % Children < Node) nodes[((first + (child / Children)) * Node) + (child % Children)] = sorted[last];
        }
    }

    /// <summary>How many thresholds the value is above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Rank(float* nodes, nint levels, float value)
    {
        nint node = 0, first = 0;
        for (; levels > 1; levels--)
        {
            node = (node * Children) + 1 + Above(nodes + (node * Node), value);
            first = (first * Children) + 1;
        }
        return ((node - first) * Node) + Above(nodes + (node * Node), value);
    }

    /// <summary><see cref="Rank"/> in two levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint RankInTwo(float* nodes, float value)
    {
        nint before = Above(nodes, value) * Node;
        return before + Above(nodes + Node + before, value);
    }

    /// <summary><see cref="Rank"/> in one level: how many thresholds of a node the value is above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Above(float* node, float value)
    {
        if (Vector512.IsHardwareAccelerated)
            return (nint)ulong.PopCount(Vector512.GreaterThan(Vector512.Create(value), Vector512.Load(node)).ExtractMostSignificantBits());
        Vector256<float> values = Vector256.Create(value);
        uint low = Vector256.GreaterThan(values, Vector256.Load(node)).ExtractMostSignificantBits();
        uint high = Vector256.GreaterThan(values, Vector256.Load(node + 8)).ExtractMostSignificantBits();
        return BitOperations.PopCount(low | (high << 8));
    }
}
