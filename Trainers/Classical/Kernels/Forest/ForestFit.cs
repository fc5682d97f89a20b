using System.Collections.Concurrent;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Grows the trees of a forest in parallel and averages them.</summary>
internal static class ForestFit
{
    /// <summary>The forest: class shares for a classification, the mean for a regression.</summary>
    /// <remarks>At the deadline the trees grown so far are averaged; there is always one.</remarks>
    public static TreeEnsembleModel Fit(TrainingSet data, ForestPlan plan, ClassWeights classWeights, FitContext context) =>
        ModelOf(data, Grow(data, ForestRows.Of(data.Features, plan.Sorted, context.Threads, context.Cancel), plan, classWeights, context, keepSeen: false));

    /// <summary>The same forest, and what its trees predict for the rows they did not see.</summary>
    public static OutOfBagFit FitOutOfBag(TrainingSet data, ForestPlan plan, ClassWeights classWeights, FitContext context)
    {
        ForestRows rows = ForestRows.Of(data.Features, plan.Sorted, context.Threads, context.Cancel);
        GrownTree?[] trees = Grow(data, rows, plan, classWeights, context, keepSeen: true);
        return new OutOfBagFit(ModelOf(data, trees), OutOfBag.Predict(rows, trees, data.Shape.Outputs, context.Threads, context.Cancel));
    }

    private static GrownTree?[] Grow(TrainingSet data, ForestRows rows, ForestPlan plan, ClassWeights classWeights, FitContext context, bool keepSeen)
    {
        float[] labels = data.Labels.ToArray(), weights = WeightsOf(data, classWeights);
        double center = 0;
        foreach (float label in labels) center += label / (double)labels.Length;
        int classes = data.Target.Classes.Count, grown = 0;
        GrownTree?[] trees = new GrownTree?[plan.Trees];
        // Growers hold buffers as long as the data, one a thread.
        ConcurrentBag<TreeGrower> idle = [];
        Concurrent.Run(plan.Trees, context.Threads, number =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (number > 0 && context.IsOutOfTime) return;
            if (!idle.TryTake(out TreeGrower? grower))
                grower = new TreeGrower(rows, data.Task == MLTask.Regression ? new NumberStats(labels, center) : new ClassStats(labels, classes),
                    plan.Sorted ? new SortedSplits(rows) : new DrawnSplits(rows), plan);
            trees[number] = grower.Grow(weights, number, context, hurries: number == 0, keepSeen);
            idle.Add(grower);
            int done = Interlocked.Increment(ref grown);
            context.Progress?.Report(new FitProgress((double)done / plan.Trees, double.NaN, $"{done} trees"));
        });
        return trees;
    }

    private static TreeEnsembleModel ModelOf(TrainingSet data, GrownTree?[] trees)
    {
        TreeEnsembleBuilder builder = new(data.Features.Width, data.Shape.Outputs) { Link = new IdentityLink() };
        foreach (GrownTree? grown in trees) if (grown is not null) builder.AddToAll(grown.Tree);
        builder.Scale = 1.0 / builder.TreeCount;
        return builder.Build();
    }

    /// <summary>What a forest takes: sorted searches cost a sort a node, and leaves of several rows hold as many values as there are outputs.</summary>
    public static CostHint Cost(DataShape data, int trees, double featuresPerSplit, int minLeaf)
    {
        double leaves = Math.Max(1, (data.Task == MLTask.Regression || minLeaf > 1 ? 1.0 : 0.7) * data.Rows / minLeaf), levels = 2 * Math.Log2(leaves + 2);
        double flops = trees * levels * data.Rows * (featuresPerSplit + 2) * 4;
        double dense = 5.0 * data.Rows * data.Features, perThread = 60.0 * data.Rows * Environment.ProcessorCount;
        // A tree and its layout for scoring. Leaves of one row are pure, and pure leaves of a class share their values.
        double perLeaf = data.Outputs == 1 ? 16 : minLeaf == 1 ? 8 : 8.0 * data.Outputs;
        double model = trees * leaves * (70 + perLeaf);
        return new CostHint(flops, (long)Math.Min(long.MaxValue / 4, dense + perThread + model + (1 << 20)));
    }

    private static float[] WeightsOf(TrainingSet data, ClassWeights classWeights)
    {
        if (classWeights == ClassWeights.Balanced && data.Task != MLTask.Regression)
            return RowWeights.Apply(data.Labels, data.Weights, RowWeights.BalanceFactors(data.Labels, data.Weights, data.Target.Classes.Count));
        if (data.IsWeighted) return data.Weights.ToArray();
        float[] ones = new float[data.Rows];
        Array.Fill(ones, 1);
        return ones;
    }
}
