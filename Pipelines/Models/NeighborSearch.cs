using System.Runtime.Intrinsics;

namespace MLPipes.Pipelines;

/// <summary>Exact search for the nearest of some rows by squared Euclidean distance.</summary>
/// <remarks>
/// Rows lie in groups of eight, feature by feature, so that a vector holds one feature of eight rows and eight distances grow side by
/// side without a horizontal sum. Four queries share each load. A pair's distance is summed in the same order however many queries
/// there are, and products and sums are rounded apart, so the result depends on neither the batch nor the machine.
/// </remarks>
internal sealed class NeighborSearch
{
    private const int Lanes = 8, QueryGroup = 4;
    private const int TileBytes = 512 * 1024; // of rows, so that they stay in the second-level cache while all queries pass over them

    private readonly float[] groups; // [groups × features × lanes]
    private readonly int rows;

    public NeighborSearch(ReadOnlySpan<float> values, int rows, int features, int neighbors)
    {
        this.rows = rows;
        Features = features;
        Neighbors = neighbors;
        groups = new float[checked((rows + Lanes - 1) / Lanes * Lanes * features)];
        for (int row = 0; row < rows; row++)
        {
            for (int f = 0; f < features; f++) groups[Place(row, f)] = values[(row * features) + f];
        }
    }

    public int Features { get; }

    public int Neighbors { get; }

    public float[] CopyRows()
    {
        float[] values = new float[rows * Features];
        for (int row = 0; row < rows; row++)
        {
            for (int f = 0; f < Features; f++) values[(row * Features) + f] = groups[Place(row, f)];
        }
        return values;
    }

    /// <summary>Finds the nearest rows of each query, in order of distance, then of row.</summary>
    /// <param name="queries">[count × features], finite.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="distances">[count × neighbors], filled with +∞ before; squared distances after.</param>
    /// <param name="nearest">[count × neighbors].</param>
    public void Find(ReadOnlySpan<float> queries, int count, Span<float> distances, Span<int> nearest)
    {
        nearest[..(count * Neighbors)].Clear();
        int groupCount = (rows + Lanes - 1) / Lanes, tile = Math.Max(1, TileBytes / (sizeof(float) * Lanes * Features));
        Span<Vector256<float>> sums = stackalloc Vector256<float>[QueryGroup];
        for (int from = 0; from < groupCount; from += tile)
        {
            int to = Math.Min(groupCount, from + tile);
            int q = 0;
            for (; q + QueryGroup <= count; q += QueryGroup)
            {
                for (int group = from; group < to; group++)
                {
                    Distances4(queries[(q * Features)..], group, sums);
                    for (int i = 0; i < QueryGroup; i++) Offer(sums[i], group, distances.Slice((q + i) * Neighbors, Neighbors), nearest.Slice((q + i) * Neighbors, Neighbors));
                }
            }
            for (; q < count; q++)
            {
                for (int group = from; group < to; group++)
                    Offer(Distances1(queries.Slice(q * Features, Features), group), group, distances.Slice(q * Neighbors, Neighbors), nearest.Slice(q * Neighbors, Neighbors));
            }
        }
    }

    private int Place(int row, int feature) => (((row / Lanes * Features) + feature) * Lanes) + (row % Lanes);

    private Vector256<float> Distances1(ReadOnlySpan<float> query, int group)
    {
        ReadOnlySpan<float> block = groups.AsSpan(group * Features * Lanes, Features * Lanes);
        Vector256<float> sum = Vector256<float>.Zero;
        for (int f = 0; f < query.Length; f++)
        {
            Vector256<float> off = Vector256.Create(query[f]) - Vector256.Create(block.Slice(f * Lanes, Lanes));
            sum += off * off;
        }
        return sum;
    }

    private void Distances4(ReadOnlySpan<float> queries, int group, Span<Vector256<float>> sums)
    {
        ReadOnlySpan<float> block = groups.AsSpan(group * Features * Lanes, Features * Lanes);
        ReadOnlySpan<float> q0 = queries[..Features], q1 = queries.Slice(Features, Features), q2 = queries.Slice(2 * Features, Features), q3 = queries.Slice(3 * Features, Features);
        Vector256<float> s0 = Vector256<float>.Zero, s1 = s0, s2 = s0, s3 = s0;
        for (int f = 0; f < q0.Length; f++)
        {
            Vector256<float> cells = Vector256.Create(block.Slice(f * Lanes, Lanes));
            Vector256<float> d0 = Vector256.Create(q0[f]) - cells, d1 = Vector256.Create(q1[f]) - cells;
            Vector256<float> d2 = Vector256.Create(q2[f]) - cells, d3 = Vector256.Create(q3[f]) - cells;
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
    }

    // Most groups hold no row that is near enough, and one comparison says so.
    private void Offer(Vector256<float> found, int group, Span<float> distances, Span<int> nearest)
    {
        uint nearer = Vector256.LessThan(found, Vector256.Create(distances[^1])).ExtractMostSignificantBits();
        for (; nearer != 0; nearer &= nearer - 1)
        {
            int lane = System.Numerics.BitOperations.TrailingZeroCount(nearer), row = (group * Lanes) + lane;
            float distance = found[lane];
            if (row >= rows || distance >= distances[^1]) continue;
            int at = distances.Length - 1;
            for (; at > 0 && distances[at - 1] > distance; at--)
            {
                distances[at] = distances[at - 1];
                nearest[at] = nearest[at - 1];
            }
            distances[at] = distance;
            nearest[at] = row;
        }
    }
}
