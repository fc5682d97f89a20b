namespace MLPipes.Trainers;

/// <summary>The values of a tree's leaves: a Newton step on the loss of all rows, by their own weights.</summary>
internal sealed class LeafValues(int paddedRows, int outputs, SymmetricPlan plan)
{
    private readonly double[] sums = new double[((paddedRows + ChunkRows - 1) / ChunkRows) * outputs * 2 << plan.Depth];

    // Few chunks, since each holds sums of its own.
    private const int ChunkRows = 1 << 15;

    /// <summary>Leaf values, [outputs][leaves], with the learning rate in them.</summary>
    public float[][] Fit(byte[] leafOf, int leaves, float[][] gradients, float[][] hessians, WorkTeam team)
    {
        int chunks = (paddedRows + ChunkRows - 1) / ChunkRows, width = 2 * leaves;
        team.Run(chunks * outputs, (piece, _) =>
        {
            int chunk = piece / outputs, k = piece % outputs;
            Span<double> own = sums.AsSpan(piece * width, width);
            own.Clear();
            float[] g = gradients[k], h = hessians[k];
            int end = Math.Min(paddedRows, (chunk + 1) * ChunkRows);
            for (int i = chunk * ChunkRows; i < end; i++)
            {
                int at = 2 * leafOf[i];
                own[at] += g[i];
                own[at + 1] += h[i];
            }
        });
        float[][] values = new float[outputs][];
        for (int k = 0; k < outputs; k++)
        {
            values[k] = new float[leaves];
            for (int leaf = 0; leaf < leaves; leaf++)
            {
                double gradient = 0, hessian = 0;
                for (int chunk = 0; chunk < chunks; chunk++)
                {
                    int at = (((chunk * outputs) + k) * width) + (2 * leaf);
                    gradient += sums[at];
                    hessian += sums[at + 1];
                }
                // At L2 = 0 a leaf without rows, or whose rows are sure of their class, has nothing to divide by.
                values[k][leaf] = (float)(plan.LearningRate * gradient / Math.Max(hessian + plan.L2, 1e-6));
            }
        }
        return values;
    }
}
