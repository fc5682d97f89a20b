namespace MLPipes.Benchmarks;

/// <summary>One data set: our mean over the seeds, and what others reach.</summary>
/// <param name="Data">The set's name.</param>
/// <param name="Metric">auc, logloss or r2.</param>
/// <param name="Own">Mean over the seeds; NaN where a study gave no model.</param>
/// <param name="Seeds">The score of each seed, in the order of seeds.</param>
/// <param name="Reference">Best of scikit-learn's untuned models; NaN for none.</param>
/// <param name="Peers">Score by system.</param>
internal sealed record TableResult(string Data, string Metric, double Own, IReadOnlyList<double> Seeds, double Reference, IReadOnlyDictionary<string, double> Peers)
{
    /// <summary>The best score of any peer; NaN where there is none.</summary>
    public double BestPeer => Comparison.Best(Metric, Peers.Values);

    /// <summary>By how much of it ours is better than the best peer's.</summary>
    public double GainOf(double score) => Comparison.Gain(Metric, score, BestPeer);
}

/// <summary>Tables on which ours is better, as good, and worse.</summary>
internal sealed record Tally(int Ahead, int Ties, int Behind)
{
    public int Tables => Ahead + Ties + Behind;

    /// <summary>Share of the tables on which ours is better or as good; NaN for no table.</summary>
    public double Share => Tables == 0 ? double.NaN : (double)(Ahead + Ties) / Tables;
}

/// <summary>Results of one budget beside those of the peers.</summary>
internal sealed class QualityResult
{
    public const string OwnName = "mlpipes";

    private QualityResult(double budget, IReadOnlyList<TableResult> tables)
    {
        Budget = budget;
        Tables = tables;
        Systems = [.. tables.SelectMany(t => t.Peers.Keys).Distinct().Order(StringComparer.Ordinal)];
    }

    public double Budget { get; }

    public IReadOnlyList<TableResult> Tables { get; }

    /// <summary>The peers that have a result on any of the tables.</summary>
    public IReadOnlyList<string> Systems { get; }

    /// <summary>Makes of which there is more than one system.</summary>
    public IReadOnlyList<string> Makes => [.. Systems.GroupBy(MakeOf).Where(g => g.Count() > 1).Select(g => g.Key)];

    public static QualityResult From(IEnumerable<QualityRow> rows, IReadOnlyList<Peer> peers, double budget)
    {
        List<TableResult> tables = [];
        foreach (IGrouping<string, QualityRow> set in rows.Where(r => r.SecondsBudget == budget).GroupBy(r => r.Data).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            QualityRow[] seeds = [.. set.OrderBy(r => r.Seed)];
            Dictionary<string, double> others = peers.Where(p => p.Data == set.Key).GroupBy(p => p.ShortName).ToDictionary(g => g.Key, g => g.First().Score);
            tables.Add(new TableResult(set.Key, seeds[0].Metric, seeds.Average(r => r.Test), [.. seeds.Select(r => r.Test)], seeds[0].Reference, others));
        }
        return new QualityResult(budget, tables);
    }

    public Tally Versus(string system) => Count(t => t.Peers.TryGetValue(system, out double score) ? score : double.NaN);

    /// <summary>Against the better of a make's systems, table by table.</summary>
    public Tally VersusBestOf(string make) => Count(t => BestOf(t, make));

    /// <summary>Against the best of all peers, table by table.</summary>
    public Tally VersusAll() => Count(t => t.BestPeer);

    public Tally VersusReference() => Count(t => t.Reference);

    public static double BestOf(TableResult table, string make) => Comparison.Best(table.Metric, table.Peers.Where(p => MakeOf(p.Key) == make).Select(p => p.Value));

    /// <summary>Mean over the tables where the system and another have a result of its rank there: 1 and one more for each that is better, half of one for each tie.</summary>
    public double MeanRank(string system)
    {
        List<double> ranks = [];
        foreach (TableResult table in Tables.Where(t => t.Peers.Count > 0))
        {
            Dictionary<string, double> scores = new(table.Peers) { [OwnName] = table.Own };
            if (!scores.Remove(system, out double own)) continue;
            double rank = 1;
            foreach (double other in scores.Values)
                rank += Comparison.Of(table.Metric, own, other) switch { Standing.Behind => 1, Standing.Tie => 0.5, _ => 0 };
            ranks.Add(rank);
        }
        return ranks.Count == 0 ? double.NaN : ranks.Average();
    }

    /// <summary>Number of tables that the mean rank is over.</summary>
    public int TablesOf(string system) => system == OwnName ? Tables.Count(t => t.Peers.Count > 0) : Tables.Count(t => t.Peers.ContainsKey(system));

    private static string MakeOf(string system) => system.Split(' ')[0];

    private Tally Count(Func<TableResult, double> other)
    {
        Standing[] standings = [.. Tables.Where(t => !double.IsNaN(other(t))).Select(t => Comparison.Of(t.Metric, t.Own, other(t)))];
        return new Tally(standings.Count(s => s == Standing.Ahead), standings.Count(s => s == Standing.Tie), standings.Count(s => s == Standing.Behind));
    }
}
