using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Predicts each training row by the trees of a forest that were grown without it.</summary>
internal static class OutOfBag
{
    private const int ChunkRows = 512;

    /// <summary>The mean of the leaves that each row falls into, over the trees that did not see it, summed in order of the trees.</summary>
    /// <param name="rows">The rows that the trees were grown on.</param>
    /// <param name="trees">Null where a tree was not grown.</param>
    /// <param name="outputs">Values per leaf.</param>
    /// <param name="threads">Threads to use; each row's sum is made by one.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>[rows × outputs]; NaN in rows that every tree saw.</returns>
    public static float[] Predict(ForestRows rows, GrownTree?[] trees, int outputs, int threads, CancellationToken cancel)
    {
        float[] predictions = new float[checked(rows.Rows * outputs)];
        Concurrent.Run((rows.Rows + ChunkRows - 1) / ChunkRows, threads, chunk =>
        {
            cancel.ThrowIfCancellationRequested();
            int start = chunk * ChunkRows, count = Math.Min(ChunkRows, rows.Rows - start);
            double[] sums = new double[count * outputs];
            int[] found = new int[count];
            foreach (GrownTree? grown in trees)
            {
                if (grown is not { Seen: { } seen, Tree: { } tree }) continue;
                for (int i = 0; i < count; i++)
                {
                    if (seen.Holds(start + i)) continue;
                    found[i]++;
                    int leaf = LeafOf(tree, rows, start + i);
                    int row = tree.LeafRows?[leaf] ?? leaf;
                    for (int k = 0; k < outputs; k++) sums[(i * outputs) + k] += tree.LeafValues[(row * outputs) + k];
                }
            }
            for (int i = 0; i < sums.Length; i++) predictions[(start * outputs) + i] = (float)(sums[i] / found[i / outputs]);
        });
        return predictions;
    }

    private static int LeafOf(Tree tree, ForestRows rows, int row)
    {
        int node = tree.SplitFeature.Length == 0 ? ~0 : 0;
        while (node >= 0)
        {
            int feature = tree.SplitFeature[node];
            float value = rows.Column(feature)[row];
            bool goesLeft = tree.CategoriesLeft?[node] is { } codes
                ? DrawnSplits.Holds(value, rows.Categories[feature]) && Array.BinarySearch(codes, (int)value) >= 0
                : float.IsNaN(value) ? tree.DefaultLeft![node] : value <= tree.Threshold[node];
            node = goesLeft ? tree.Left[node] : tree.Right[node];
        }
        return ~node;
    }
}
