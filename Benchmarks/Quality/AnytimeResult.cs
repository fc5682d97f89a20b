namespace MLPipes.Benchmarks;

/// <summary>The least budget with which each table reaches what the better of a make's systems reaches, a tie included.</summary>
/// <param name="Tables">By data set: seconds, infinite where no budget tried reaches it, and the peer's score.</param>
/// <param name="Budgets">The budgets tried, ascending.</param>
internal sealed record AnytimeResult(IReadOnlyList<(string Data, double Seconds, double Target)> Tables, IReadOnlyList<double> Budgets)
{
    public const string Make = "Microsoft.ML.AutoML";

    /// <summary>The middle of the tables' seconds, of an even number the mean of the two in the middle; infinite where too few reach it, NaN for no table.</summary>
    public double Median
    {
        get
        {
            if (Tables.Count == 0) return double.NaN;
            double[] sorted = [.. Tables.Select(t => t.Seconds).Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public static AnytimeResult From(IReadOnlyCollection<QualityRow> rows, IReadOnlyList<Peer> peers)
    {
        double[] budgets = [.. rows.Select(r => r.SecondsBudget).Distinct().Order()];
        Dictionary<string, (double Seconds, double Target)> reached = [];
        foreach (double budget in budgets)
            foreach (TableResult table in QualityResult.From(rows, peers, budget).Tables)
            {
                double target = QualityResult.BestOf(table, Make);
                if (double.IsNaN(target) || (reached.TryGetValue(table.Data, out (double Seconds, double) known) && double.IsFinite(known.Seconds))) continue;
                reached[table.Data] = (Comparison.Of(table.Metric, table.Own, target) == Standing.Behind ? double.PositiveInfinity : budget, target);
            }
        return new AnytimeResult([.. reached.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (r.Key, r.Value.Seconds, r.Value.Target))], budgets);
    }

    /// <summary>Whether a data set has reached it with any budget.</summary>
    public bool HasReached(string data) => Tables.Any(t => t.Data == data && double.IsFinite(t.Seconds));
}
