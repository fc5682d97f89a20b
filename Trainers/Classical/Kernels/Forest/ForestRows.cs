using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A training matrix turned for trees: a column of values a feature, and for sorted searches a column of bins.</summary>
internal sealed class ForestRows
{
    /// <summary>Most bins of a quantity.</summary>
    public const int MaxBins = 255;

    /// <summary>The bin of missing values.</summary>
    public const byte MissingBin = 255;

    // Enough to place 255 quantiles; sorting a column of millions would take longer than growing trees on it.
    private const int SampleRows = 200_000;

    private readonly float[][] columns;
    private readonly byte[][] bins;
    private readonly float[][] edges;
    private readonly bool[] hasMissing;

    private ForestRows(FeatureMatrix features, float[][] columns)
    {
        Rows = features.Rows;
        Categories = [.. features.Features.Select(f => f.Categories)];
        this.columns = columns;
        bins = new byte[columns.Length][];
        edges = new float[columns.Length][];
        hasMissing = [.. columns.Select(c => Array.Exists(c, float.IsNaN))];
    }

    public int Rows { get; }

    public int Features => columns.Length;

    /// <summary>Number of category codes of each feature; 0 for a quantity.</summary>
    public int[] Categories { get; }

    /// <summary>The values of a feature, [rows].</summary>
    public float[] Column(int feature) => columns[feature];

    /// <summary>Whether a feature has a NaN.</summary>
    public bool HasMissing(int feature) => hasMissing[feature];

    /// <summary>The bins of a quantity, [rows].</summary>
    public byte[] Bins(int feature) => bins[feature];

    /// <summary>A value between bins <paramref name="lower"/> and <paramref name="upper"/>, midway in bins.</summary>
    public float Between(int feature, int lower, int upper) => edges[feature][(lower + upper - 1) / 2];

    /// <summary>Turns <paramref name="features"/>; with bins where splits are searched in sorted order.</summary>
    public static ForestRows Of(FeatureMatrix features, bool withBins, int threads, CancellationToken cancel)
    {
        float[][] columns = new float[features.Width][];
        for (int f = 0; f < columns.Length; f++) columns[f] = new float[features.Rows];
        for (int r = 0; r < features.Rows; r++)
        {
            FeatureRow row = features.Row(r);
            if (row.IsSparse)
                for (int i = 0; i < row.Indices.Length; i++) columns[row.Indices[i]][r] = row.Values[i];
            else
                for (int f = 0; f < row.Values.Length; f++) columns[f][r] = row.Values[f];
        }
        ForestRows turned = new(features, columns);
        if (!withBins) return turned;
        Parallel.For(0, columns.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, f =>
        {
            if (turned.Categories[f] == 0) (turned.edges[f], turned.bins[f]) = Bin(columns[f]);
        });
        return turned;
    }

    private static (float[] Edges, byte[] Bins) Bin(float[] column)
    {
        int step = Math.Max(1, column.Length / SampleRows);
        List<float> known = new((column.Length / step) + 1);
        for (int r = 0; r < column.Length; r += step) if (!float.IsNaN(column[r])) known.Add(column[r]);
        known.Sort();
        float[] edges = Edges(known);
        byte[] bins = new byte[column.Length];
        for (int r = 0; r < column.Length; r++)
        {
            if (float.IsNaN(column[r]))
            {
                bins[r] = MissingBin;
                continue;
            }
            // The first edge at or above the value: value ≤ edge[b] is bin b or lower.
            int at = Array.BinarySearch(edges, column[r]);
            bins[r] = (byte)(at >= 0 ? at : ~at);
        }
        return (edges, bins);
    }

    /// <summary>Upper edges of all bins but the last: midway between neighbouring values, at quantiles where values are many.</summary>
    private static float[] Edges(List<float> sorted)
    {
        List<(float Value, int Count)> distinct = [];
        foreach (float value in sorted)
        {
            if (distinct.Count > 0 && distinct[^1].Value == value) distinct[^1] = (value, distinct[^1].Count + 1);
            else distinct.Add((value, 1));
        }
        List<float> edges = [];
        int left = sorted.Count, binsLeft = MaxBins - 1, filled = 0;
        for (int i = 0; i + 1 < distinct.Count; i++)
        {
            filled += distinct[i].Count;
            bool isFull = distinct.Count <= MaxBins - 1 || filled * (long)binsLeft >= left;
            if (!isFull) continue;
            float lower = distinct[i].Value, middle = (float)(((double)lower + distinct[i + 1].Value) / 2);
            edges.Add(middle < distinct[i + 1].Value ? middle : lower);
            left -= filled;
            filled = 0;
            if (--binsLeft == 1) break;
        }
        return [.. edges];
    }
}
