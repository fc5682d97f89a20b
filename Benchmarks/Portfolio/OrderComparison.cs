namespace MLPipes.Benchmarks;

/// <summary>How orders do on sets that they were not learned from: each set in turn is left out.</summary>
internal static class OrderComparison
{
    /// <summary>Moments of judging, in fits of the reference.</summary>
    public static IReadOnlyList<double> Moments { get; } = [0.5, 1, 2, 4, 8, 16, 32];

    private const int Length = 16;

    /// <summary>Mean loss at each moment over the sets that come from real tables, for orders learned without the set that is judged.</summary>
    /// <param name="sets">All sets.</param>
    /// <param name="threads">Threads to use; changes nothing in the result.</param>
    /// <param name="weigh">What the others count for when one set is judged, [others].</param>
    public static double[] Learned(IReadOnlyList<SetResults> sets, int threads, Func<SetResults, SetResults[], double[]> weigh)
    {
        List<double[]> curves = [];
        foreach (SetResults left in Judged(sets))
        {
            SetResults[] others = [.. sets.Where(s => s != left)];
            curves.Add(Curve(left, OrderLearner.Learn(others, weigh(left, others), Length, threads)));
        }
        return Mean(curves);
    }

    /// <summary>The same for an order that is given.</summary>
    public static double[] Given(IReadOnlyList<SetResults> sets, IReadOnlyList<string> order) => Mean([.. Judged(sets).Select(s => Curve(s, order))]);

    /// <summary>The loss of the ensemble of all that is done by each moment.</summary>
    private static double[] Curve(SetResults set, IReadOnlyList<string> order)
    {
        double[] losses = new double[Moments.Count];
        for (int m = 0; m < losses.Length; m++)
        {
            List<string> done = [];
            double time = 0;
            foreach (string name in order.Where(set.Has))
            {
                time += set.TimeOf(name);
                if (time > Moments[m]) break;
                done.Add(name);
            }
            losses[m] = set.LossOf(done);
        }
        return losses;
    }

    private static IEnumerable<SetResults> Judged(IReadOnlyList<SetResults> sets) => sets.Where(s => !s.Name.StartsWith("made-", StringComparison.Ordinal));

    /// <summary>Sets of the same task count four times as much as others: what is good for one task says something of another.</summary>
    public static double[] OfTask(MLTask task, IReadOnlyList<SetResults> sets) => [.. sets.Select(s => s.Task == task ? 1 : 0.25)];

    /// <summary>A Gaussian of the distance between meta-features, each on the scale of its spread; none counts for less than a tenth of the most alike.</summary>
    public static double[] Likeness(SetResults to, SetResults[] others)
    {
        int count = to.MetaFeatures.Length;
        double[] spreads = [.. Enumerable.Range(0, count).Select(f =>
        {
            double mean = others.Average(o => o.MetaFeatures[f]);
            return Math.Max(1e-6, Math.Sqrt(others.Average(o => Math.Pow(o.MetaFeatures[f] - mean, 2))));
        })];
        double[] likeness = [.. others.Select(o => Math.Exp(-0.5 * Enumerable.Range(0, count).Sum(f => Math.Pow((o.MetaFeatures[f] - to.MetaFeatures[f]) / spreads[f], 2)) / 2))];
        double most = likeness.Max();
        return [.. likeness.Select(l => Math.Max(l, 0.1 * most))];
    }

    private static double[] Mean(List<double[]> curves) => [.. Enumerable.Range(0, Moments.Count).Select(m => curves.Average(c => c[m]))];
}
