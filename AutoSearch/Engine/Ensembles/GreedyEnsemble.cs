namespace MLPipes.AutoSearch;

/// <summary>Chooses weights for averaging predictions: the one is added, again and again and with replacement, that lowers the loss most.</summary>
/// <remarks>
/// Caruana, Niculescu-Mizil, Crew, Ksikes, "Ensemble selection from libraries of models", ICML 2004. The best prefix of all steps is
/// kept, so that the result is never worse, on the rows it was chosen on, than the best single one.
/// </remarks>
public static class GreedyEnsemble
{
    /// <summary>Additions at most; more bring nothing measurable (TabRepo, Salinas and Erickson, AutoML 2024, section 4).</summary>
    public const int MaxSteps = 25;

    /// <summary>How often each was chosen, [candidates]; all 0 but one where averaging does not help.</summary>
    /// <param name="candidates">Predictions of each candidate on the same rows, [rows × outputs] each; the best first.</param>
    /// <param name="loss">What to minimise, of predictions shaped like a candidate's. Called from several threads.</param>
    /// <param name="fits">Whether a candidate may join those chosen (their counts given); for limits on size and latency.</param>
    /// <param name="threads">Threads to use; changes nothing in the result.</param>
    /// <param name="isOver">Whether to stop adding, as when time is up.</param>
    public static int[] Choose(IReadOnlyList<float[]> candidates, Func<float[], double> loss, Func<IReadOnlyList<int>, int, bool> fits, int threads, Func<bool> isOver)
    {
        int[] counts = new int[candidates.Count], bestCounts = new int[candidates.Count];
        if (candidates.Count == 0) return counts;
        double[] sum = new double[candidates[0].Length];
        double bestLoss = double.PositiveInfinity;
        for (int step = 1; step <= MaxSteps && (step == 1 || !isOver()); step++)
        {
            double[] losses = new double[candidates.Count];
            int chosenSoFar = step - 1;
            Parallel.For(0, candidates.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new float[sum.Length], (c, _, buffer) =>
            {
                if (!fits(counts, c))
                {
                    losses[c] = double.PositiveInfinity;
                    return buffer;
                }
                Average(sum, candidates[c], chosenSoFar, buffer);
                losses[c] = loss(buffer);
                return buffer;
            }, _ => { });
            int chosen = 0;
            for (int c = 1; c < losses.Length; c++) if (losses[c] < losses[chosen]) chosen = c;
            if (double.IsPositiveInfinity(losses[chosen])) break;
            counts[chosen]++;
            for (int i = 0; i < sum.Length; i++) sum[i] += candidates[chosen][i];
            // A gain within rounding is none: fewer members score faster.
            if (losses[chosen] >= bestLoss - (1e-7 * Math.Abs(bestLoss))) continue;
            bestLoss = losses[chosen];
            counts.CopyTo(bestCounts, 0);
        }
        if (bestCounts.Sum() == 0) bestCounts[0] = 1;
        return bestCounts;
    }

    /// <summary>The average of candidates by <paramref name="counts"/>.</summary>
    public static float[] Average(IReadOnlyList<float[]> candidates, IReadOnlyList<int> counts)
    {
        double[] sum = new double[candidates[0].Length];
        int total = 0;
        for (int c = 0; c < candidates.Count; c++)
        {
            if (counts[c] == 0) continue;
            total += counts[c];
            for (int i = 0; i < sum.Length; i++) sum[i] += counts[c] * (double)candidates[c][i];
        }
        float[] mean = new float[sum.Length];
        for (int i = 0; i < mean.Length; i++) mean[i] = (float)(sum[i] / total);
        return mean;
    }

    private static void Average(double[] sum, float[] next, int count, float[] into)
    {
        double share = 1.0 / (count + 1);
        for (int i = 0; i < into.Length; i++) into[i] = (float)((sum[i] + next[i]) * share);
    }
}
