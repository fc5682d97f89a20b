namespace MLPipes.Trainers;

/// <summary>Solves symmetric positive semidefinite systems.</summary>
internal static class PivotedCholesky
{
    // Of a unit diagonal; below it a pivot is what rounding left of a dependent column.
    private const double Tolerance = 1e-10;

    /// <summary>Solves (A + penalty · I) x = b; unknowns whose columns depend on others are 0.</summary>
    /// <param name="lower">A, [n × n], its lower triangle; overwritten.</param>
    /// <param name="b">[n].</param>
    /// <param name="n">Number of unknowns.</param>
    /// <param name="penalty">Added to the diagonal, at least 0.</param>
    /// <param name="cancel">Ends it.</param>
    /// <remarks>
    /// A is scaled to a unit diagonal first, so that the tolerance means the same for every unit of measurement. Outer-product form with
    /// the largest remaining diagonal as pivot: Golub and Van Loan, Matrix Computations, algorithm 4.2.2. O(n³ / 3).
    /// </remarks>
    public static double[] Solve(double[] lower, double[] b, int n, double penalty, CancellationToken cancel)
    {
        double[] scale = new double[n], x = new double[n], z = new double[n];
        for (int i = 0; i < n; i++)
        {
            double diagonal = lower[(i * n) + i] + penalty;
            scale[i] = diagonal > 0 ? 1 / Math.Sqrt(diagonal) : 0;
        }
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) lower[(i * n) + j] *= scale[i] * scale[j];
            lower[(i * n) + i] = scale[i] > 0 ? 1 : 0;
        }
        int[] order = new int[n];
        for (int i = 0; i < n; i++) order[i] = i;
        int rank = 0;
        for (; rank < n; rank++)
        {
            cancel.ThrowIfCancellationRequested();
            int pivot = rank;
            for (int i = rank + 1; i < n; i++) if (lower[(i * n) + i] > lower[(pivot * n) + pivot]) pivot = i;
            if (lower[(pivot * n) + pivot] <= Tolerance) break;
            Swap(lower, order, n, rank, pivot);
            double root = Math.Sqrt(lower[(rank * n) + rank]);
            lower[(rank * n) + rank] = root;
            for (int i = rank + 1; i < n; i++) lower[(i * n) + rank] /= root;
            for (int i = rank + 1; i < n; i++)
            {
                double factor = lower[(i * n) + rank];
                if (factor == 0) continue;
                for (int j = rank + 1; j <= i; j++) lower[(i * n) + j] -= factor * lower[(j * n) + rank];
            }
        }
        for (int i = 0; i < rank; i++)
        {
            double sum = b[order[i]] * scale[order[i]];
            for (int j = 0; j < i; j++) sum -= lower[(i * n) + j] * z[j];
            z[i] = sum / lower[(i * n) + i];
        }
        for (int i = rank - 1; i >= 0; i--)
        {
            double sum = z[i];
            for (int j = i + 1; j < rank; j++) sum -= lower[(j * n) + i] * z[j];
            z[i] = sum / lower[(i * n) + i];
        }
        for (int i = 0; i < rank; i++) x[order[i]] = z[i] * scale[order[i]];
        return x;
    }

    /// <summary>Exchanges row and column <paramref name="a"/> with <paramref name="b"/> ≥ a in the lower triangle.</summary>
    private static void Swap(double[] lower, int[] order, int n, int a, int b)
    {
        if (a == b) return;
        (order[a], order[b]) = (order[b], order[a]);
        (lower[(a * n) + a], lower[(b * n) + b]) = (lower[(b * n) + b], lower[(a * n) + a]);
        for (int j = 0; j < a; j++) (lower[(a * n) + j], lower[(b * n) + j]) = (lower[(b * n) + j], lower[(a * n) + j]);
        for (int k = a + 1; k < b; k++) (lower[(k * n) + a], lower[(b * n) + k]) = (lower[(b * n) + k], lower[(k * n) + a]);
        for (int i = b + 1; i < n; i++) (lower[(i * n) + a], lower[(i * n) + b]) = (lower[(i * n) + b], lower[(i * n) + a]);
    }
}
