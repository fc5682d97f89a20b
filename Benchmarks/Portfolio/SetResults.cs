using MLPipes.AutoSearch;
using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>All evaluations of one learning set, and what ensembles of them come to.</summary>
internal sealed class SetResults
{
    private const int MostMembers = 8;

    private readonly Dictionary<string, Evaluation> evaluations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Ensemble> known = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly Metric metric;
    private readonly Target weighTruth;
    private readonly Target judgeTruth;
    private readonly double constant;
    private readonly double best = double.PositiveInfinity;
    private readonly double unit;

    public SetResults(LearningSet set, string results)
    {
        Name = set.Name;
        Task = set.Target.Task;
        Rows = set.Target.Count;
        MetaFeatures = set.MetaFeatures;
        metric = set.Metric;
        (weighTruth, judgeTruth) = (set.WeighTruth, set.JudgeTruth);
        foreach (PoolEntry entry in ConfigurationPool.All)
            if (entry.For(Task) is not null && Evaluation.Load(results, Name, entry.Name) is { Problem: null } evaluation) evaluations.Add(entry.Name, evaluation);
        constant = evaluations.TryGetValue(Baseline, out Evaluation? b) ? metric.Loss(judgeTruth, b.Judge) : double.NaN;
        unit = evaluations.TryGetValue(Reference, out Evaluation? r) ? Math.Max(0.02, r.Seconds) : double.NaN;
        foreach (Evaluation evaluation in evaluations.Values) best = Math.Min(best, metric.Loss(judgeTruth, evaluation.Judge));
    }

    /// <summary>The yardstick that a normalised loss of 1 stands for.</summary>
    public const string Baseline = "constant";

    /// <summary>The configuration whose seconds are the unit of time.</summary>
    public const string Reference = "lightgbm";

    public string Name { get; }

    public MLTask Task { get; }

    public int Rows { get; }

    public double[] MetaFeatures { get; }

    public int Count => evaluations.Count;

    /// <summary>Whether it can tell anything: yardstick and unit are there, and something is better than the yardstick.</summary>
    public bool IsUsable => double.IsFinite(constant) && double.IsFinite(unit) && best < constant;

    public bool Has(string configuration) => evaluations.ContainsKey(configuration);

    /// <summary>Time that a configuration takes here, in fits of the reference.</summary>
    public double TimeOf(string configuration) => (evaluations[configuration].Seconds + 0.01) / unit;

    /// <summary>
    /// Judged loss of the greedy ensemble of <paramref name="sequence"/>: 0 for the best single configuration, 1 for the baseline. The ensemble is
    /// weighed on other rows than it is judged on.
    /// </summary>
    public double LossOf(IReadOnlyList<string> sequence)
    {
        Ensemble ensemble = EnsembleOf([.. sequence.Where(Has)]);
        return Math.Clamp((ensemble.Loss - best) / (constant - best), -1, 1);
    }

    private Ensemble EnsembleOf(string[] sequence)
    {
        if (sequence.Length == 0) return new Ensemble([], constant);
        string key = string.Join('|', sequence);
        lock (gate) if (known.TryGetValue(key, out Ensemble? found)) return found;
        // As the search does after each trial: what was of use so far, and the newcomer.
        string[] members = [.. EnsembleOf(sequence[..^1]).Members.Append(sequence[^1])];
        int[] counts = GreedyEnsemble.Choose([.. members.Select(m => evaluations[m].Weigh)], p => metric.Loss(weighTruth, p), (_, _) => true, threads: 1, () => false);
        float[] judged = GreedyEnsemble.Average([.. members.Select(m => evaluations[m].Judge)], counts);
        string[] kept = [.. Enumerable.Range(0, members.Length).Where(i => counts[i] > 0).OrderByDescending(i => counts[i]).ThenBy(i => i).Take(MostMembers).Select(i => members[i])];
        Ensemble made = new(kept, metric.Loss(judgeTruth, judged));
        lock (gate) known[key] = made;
        return made;
    }

    private sealed record Ensemble(string[] Members, double Loss);
}
