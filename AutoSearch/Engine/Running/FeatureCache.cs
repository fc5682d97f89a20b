using System.Diagnostics;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Featurized rows of one split under one feature plan: fitted on its training rows alone.</summary>
/// <param name="Features">Fitted on the training rows.</param>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Test">Rows to judge by; null where all rows are learned from.</param>
/// <param name="SecondsPerRow">One core's seconds to make the features of a row to judge by; 0 where there is none.</param>
internal sealed record FoldFeatures(FittedFeatures Features, TrainingSet Train, TrainingSet? Test, double SecondsPerRow = 0);

/// <summary>Features per (plan, split), computed once and shared by all trials that read them; the least lately used go when memory runs short.</summary>
internal sealed class FeatureCache(StudyData data, int seed, long maxBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Plan, int Split), Entry> entries = [];
    private readonly Dictionary<(Needs, string), FeaturePlan> plans = [];
    private readonly Dictionary<int, Lazy<(Table Train, Table Test)>> tables = [];
    private long used;
    private long clock;

    /// <summary>The plan for a trainer with these needs and requests.</summary>
    public FeaturePlan PlanFor(Needs needs, IReadOnlyList<string> featurizers)
    {
        (Needs, string) key = (needs, string.Join('|', featurizers));
        lock (gate)
        {
            if (!plans.TryGetValue(key, out FeaturePlan? plan))
                plans.Add(key, plan = FeaturePlan.For(data.Table, data.Roles, needs, featurizers));
            return plan;
        }
    }

    /// <summary>The features of split <paramref name="split"/> under <paramref name="plan"/>; whoever asks second waits for the first.</summary>
    public FoldFeatures Get(FeaturePlan plan, int split, int threads, CancellationToken cancel)
    {
        (string, int) key = (plan.Key, split);
        Entry entry;
        lock (gate)
        {
            if (!entries.TryGetValue(key, out Entry? found)) entries.Add(key, found = new Entry());
            entry = found;
            entry.LastUse = ++clock;
        }
        // One computes; a cancelled or failed computation leaves nothing behind, so that the next who asks computes anew.
        lock (entry)
        {
            if (entry.Value is { } ready) return ready;
            FoldFeatures made = split == FoldModel.AllRows ? MakeAll(plan, threads, cancel) : Make(plan, data.Splits[split], split, threads, cancel);
            entry.Value = made;
            lock (gate)
            {
                entry.Bytes = BytesOf(made.Train.Features) + (made.Test is { } test ? BytesOf(test.Features) : 0);
                if (entries.TryGetValue(key, out Entry? current) && current == entry) used += entry.Bytes;
                Evict(entry);
            }
            return made;
        }
    }

    /// <summary>The features of all rows under <paramref name="plan"/>.</summary>
    public (FittedFeatures Features, TrainingSet Train) All(FeaturePlan plan, int threads, CancellationToken cancel)
    {
        FoldFeatures all = Get(plan, FoldModel.AllRows, threads, cancel);
        return (all.Features, all.Train);
    }

    private FoldFeatures MakeAll(FeaturePlan plan, int threads, CancellationToken cancel)
    {
        FeaturizedTraining fitted = plan.Fit(data.Table, ContextFor(data.Target, data.Weights, threads, cancel));
        return new FoldFeatures(fitted.Features, new TrainingSet(fitted.Matrix, data.Target, data.Weights), null);
    }

    /// <summary>Drops all that no one reads now; it is computed anew when it is asked for.</summary>
    public void Drop()
    {
        lock (gate)
        {
            foreach ((string, int) key in entries.Where(e => e.Value.Value is not null).Select(e => e.Key).ToArray()) entries.Remove(key);
            tables.Clear();
            used = 0;
        }
    }

    private FoldFeatures Make(FeaturePlan plan, Split split, int index, int threads, CancellationToken cancel)
    {
        Lazy<(Table Train, Table Test)>? sides;
        lock (gate)
        {
            if (!tables.TryGetValue(index, out sides))
                tables.Add(index, sides = new(() => (data.Table.TakeRows(split.Train), data.Table.TakeRows(split.Test))));
        }
        (Table train, Table test) = sides.Value;
        Target trainTarget = data.Target.Take(split.Train), testTarget = data.Target.Take(split.Test);
        float[]? trainWeights = Gather(split.Train), testWeights = Gather(split.Test);
        FeaturizedTraining fitted = plan.Fit(train, ContextFor(trainTarget, trainWeights, threads, cancel));
        long began = Stopwatch.GetTimestamp();
        FeatureMatrix testMatrix = fitted.Features.Transform(test, threads, cancel);
        double perRow = Stopwatch.GetElapsedTime(began).TotalSeconds * threads / Math.Max(1, test.RowCount);
        return new FoldFeatures(fitted.Features, new TrainingSet(fitted.Matrix, trainTarget, trainWeights), new TrainingSet(testMatrix, testTarget, testWeights), perRow);
    }

    private FeaturizerContext ContextFor(Target target, float[]? weights, int threads, CancellationToken cancel) =>
        new() { Target = target, Weights = weights, Seed = seed, Threads = threads, Cancel = cancel };

    private float[]? Gather(int[] rows)
    {
        if (data.Weights is not { } weights) return null;
        float[] taken = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++) taken[i] = weights[rows[i]];
        return taken;
    }

    private void Evict(Entry keep)
    {
        while (used > maxBytes)
        {
            var oldest = entries.Where(e => e.Value != keep && e.Value.Value is not null).OrderBy(e => e.Value.LastUse).Select(e => e.Key).FirstOrDefault();
            if (oldest.Plan is null) return;
            used -= entries[oldest].Bytes;
            entries.Remove(oldest);
        }
    }

    private static long BytesOf(FeatureMatrix matrix) => (matrix.Values.Length + matrix.Indices.Length + matrix.RowStarts.Length) * 4L;

    private sealed class Entry
    {
        public FoldFeatures? Value;
        public long Bytes;
        public long LastUse;
    }
}
