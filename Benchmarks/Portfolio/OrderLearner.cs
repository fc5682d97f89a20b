namespace MLPipes.Benchmarks;

/// <summary>Puts configurations in order: next is always the one that lowers the mean loss of the ensemble most for the time that it takes.</summary>
internal static class OrderLearner
{
    // What a trial costs beside its fit, in fits of the reference: even a fit that takes no time is a place in the order.
    private const double Overhead = 0.3;
    private const double LeastKnown = 0.25;

    /// <summary>The order, without the baseline, as long as something is gained.</summary>
    /// <param name="sets">The sets to learn from.</param>
    /// <param name="weights">What each counts for, [sets].</param>
    /// <param name="length">Most entries.</param>
    /// <param name="threads">Threads to use; changes nothing in the result.</param>
    /// <param name="task">The task that all of the order has to serve; null for any.</param>
    /// <param name="note">Told of each step; null for silence.</param>
    public static IReadOnlyList<string> Learn(IReadOnlyList<SetResults> sets, IReadOnlyList<double> weights, int length, int threads, MLTask? task = null, Action<OrderStep>? note = null)
    {
        string[] pool = [.. ConfigurationPool.All.Where(e => task is null || e.For(task.Value) is not null).Select(e => e.Name).Where(n => n != SetResults.Baseline && sets.Any(s => s.Has(n)))];
        Dictionary<string, double> times = pool.ToDictionary(n => n, n => TimeOf(n, sets));
        List<string> order = [];
        double total = weights.Sum();
        double[] losses = [.. sets.Select(s => s.LossOf([]))];
        while (order.Count < length)
        {
            string[] left = [.. pool.Except(order)];
            double[] gains = new double[left.Length];
            Parallel.For(0, left.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                double known = 0;
                for (int s = 0; s < sets.Count; s++)
                {
                    if (sets[s].IsUnknown(left[i])) continue;
                    known += weights[s];
                    if (sets[s].Has(left[i])) gains[i] += weights[s] * (losses[s] - sets[s].LossOf([.. order, left[i]]));
                }
                // On few sets alone a gain says little.
                gains[i] = known >= LeastKnown * total ? gains[i] / known : 0;
            });
            int next = -1;
            for (int i = 0; i < left.Length; i++)
                if (gains[i] > 1e-5 && (next < 0 || gains[i] / (Overhead + times[left[i]]) > gains[next] / (Overhead + times[left[next]]))) next = i;
            if (next < 0) break;
            order.Add(left[next]);
            losses = [.. sets.Select(s => s.LossOf(order))];
            note?.Invoke(new OrderStep(left[next], gains[next], times[left[next]], losses.Zip(weights, (l, w) => l * w).Sum() / total));
        }
        return order;
    }

    // The geometric mean over the sets that have it, in fits of the reference.
    private static double TimeOf(string name, IReadOnlyList<SetResults> sets) => Math.Exp(sets.Where(s => s.Has(name)).Average(s => Math.Log(s.TimeOf(name))));
}

/// <summary>One step of the order.</summary>
/// <param name="Name">The configuration.</param>
/// <param name="Gain">By how much it lowers the mean normalised loss of the ensemble.</param>
/// <param name="Time">Its time, in fits of the reference.</param>
/// <param name="Loss">The mean normalised loss behind it.</param>
internal sealed record OrderStep(string Name, double Gain, double Time, double Loss);
