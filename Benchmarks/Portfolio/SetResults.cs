using MLPipes.Pipelines;

namespace MLPipes.Benchmarks;

/// <summary>All evaluations of one learning set, and what ensembles of them come to.</summary>
internal sealed class SetResults
{
    // Shares that a newcomer may have in the average: that of greedy selection after so many steps.
    private static readonly double[] shares = [1, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05];

    private readonly Dictionary<string, Evaluation> evaluations = new(StringComparer.Ordinal);
    private readonly HashSet<string> unknown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> losses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (float[] Weigh, float[] Judge)> prefixes = new(StringComparer.Ordinal);
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
        {
            if (entry.For(Task) is null) continue;
            if (Evaluation.Load(results, Name, entry.Name) is not { } evaluation) unknown.Add(entry.Name);
            else if (evaluation.Problem is null) evaluations.Add(entry.Name, evaluation);
        }
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

    /// <summary>Whether a configuration that is for this task has not been evaluated here, which says nothing of it.</summary>
    public bool IsUnknown(string configuration) => unknown.Contains(configuration);

    /// <summary>Time that a configuration takes here, in fits of the reference.</summary>
    public double TimeOf(string configuration) => (evaluations[configuration].Seconds + 0.01) / unit;

    /// <summary>
    /// Judged loss of the ensemble of <paramref name="sequence"/>: 0 for the best single configuration, 1 for the baseline. Each newcomer takes the
    /// share that is best on other rows than those that judge, or none; a quick stand-in for selecting anew among all.
    /// </summary>
    public double LossOf(IReadOnlyList<string> sequence) => Math.Clamp((Judged([.. sequence.Where(Has)]) - best) / (constant - best), -1, 1);

    private double Judged(string[] sequence)
    {
        if (sequence.Length == 0) return constant;
        string key = string.Join('|', sequence);
        lock (gate) if (losses.TryGetValue(key, out double known)) return known;
        (_, float[] judge) = Mixed(sequence);
        double loss = metric.Loss(judgeTruth, judge);
        lock (gate) losses[key] = loss;
        return loss;
    }

    /// <summary>The ensemble's predictions of the rows that weigh and of those that judge.</summary>
    private (float[] Weigh, float[] Judge) Mixed(string[] sequence)
    {
        Evaluation newcomer = evaluations[sequence[^1]];
        if (sequence.Length == 1) return (newcomer.Weigh, newcomer.Judge);
        (float[] weigh, float[] judge) = Prefix(sequence[..^1]);
        double bestShare = 0, bestLoss = metric.Loss(weighTruth, weigh);
        foreach (double share in shares)
        {
            double loss = metric.Loss(weighTruth, Mix(weigh, newcomer.Weigh, share));
            if (loss < bestLoss) (bestShare, bestLoss) = (share, loss);
        }
        return bestShare == 0 ? (weigh, judge) : (Mix(weigh, newcomer.Weigh, bestShare), Mix(judge, newcomer.Judge, bestShare));
    }

    // What is extended by one configuration after the other is kept; what is merely tried is not.
    private (float[] Weigh, float[] Judge) Prefix(string[] sequence)
    {
        string key = string.Join('|', sequence);
        lock (gate) if (prefixes.TryGetValue(key, out (float[] Weigh, float[] Judge) known)) return known;
        (float[] Weigh, float[] Judge) made = Mixed(sequence);
        lock (gate) prefixes[key] = made;
        return made;
    }

    private static float[] Mix(float[] first, float[] second, double share)
    {
        float[] mixed = new float[first.Length];
        for (int i = 0; i < mixed.Length; i++) mixed[i] = (float)(((1 - share) * first[i]) + (share * second[i]));
        return mixed;
    }
}
