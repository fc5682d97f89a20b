using Microsoft.ML.Trainers.FastTree;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>ML.NET's trees as <see cref="TreeEnsembleModel"/>.</summary>
internal static class MLNetTrees
{
    /// <summary>
    /// What FastTree reads for a missing value: it would drop the row otherwise. Below all data, so that missing values go left at
    /// every split, and a split can set them apart from the rest.
    /// </summary>
    public const float Missing = float.MinValue;

    // Histogram memory that a fit may hold, beyond which FastTree recomputes.
    private const long HistogramBytes = 256L << 20;
    private const int BytesPerBin = 24;

    /// <summary>Histograms to keep for trees of this many leaves; at least 2, as FastTree asks.</summary>
    public static int HistogramPool(int features, int bins, int leaves) =>
        (int)Math.Clamp(HistogramBytes / ((long)features * bins * BytesPerBin), 2, Math.Max(2, leaves - 1));

    /// <summary>Bytes that a fit takes beyond the matrix: bins, histograms, scores, trees.</summary>
    public static long PeakBytes(DataShape data, int bins, int leaves, int trees) =>
        (3L * data.Rows * data.Features) + (64L * data.Rows) + ((long)HistogramPool(data.Features, bins, leaves) * data.Features * bins * BytesPerBin)
        + (120L * trees * leaves) + (8L << 20);

    /// <summary>A tree of ours with leaf values times <paramref name="scale"/>.</summary>
    public static Tree Convert(RegressionTreeBase tree, double scale)
    {
        double[] leaves = [.. tree.LeafValues.Select(v => v * scale)];
        if (tree.NumberOfLeaves == 1) return Tree.Leaf(leaves);
        bool[] missingLeft = new bool[tree.NumberOfNodes];
        Array.Fill(missingLeft, true);
        return new Tree
        {
            SplitFeature = [.. tree.NumericalSplitFeatureIndexes],
            Threshold = [.. tree.NumericalSplitThresholds],
            Left = [.. tree.LeftChild],
            Right = [.. tree.RightChild],
            LeafValues = leaves,
            DefaultLeft = missingLeft,
        };
    }
}
