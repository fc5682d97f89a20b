using System.Collections.Concurrent;
using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

internal sealed partial class TrialRunner
{
    private readonly ConcurrentDictionary<int, StackLayer> layers = [];

    /// <summary>Gives a plan that is a stack's second layer its first one, before it runs; a plan without one is left alone.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trialOf">A completed trial by number; null where its models were let go.</param>
    public void Prepare(TrialPlan plan, Func<int, TrialPool.Member?> trialOf)
    {
        if (plan.Stack.Count == 0) return;
        TrialPool.Member[] bases = [.. plan.Stack.Select(trialOf).OfType<TrialPool.Member>()];
        if (bases.Length == plan.Stack.Count) layers[plan.Number] = new StackLayer(bases, data.Outputs);
    }

    /// <summary>Judges the second layer on folds, then fits it once on all rows; that model alone is kept, since each carries the whole first layer.</summary>
    private async Task<FinishedTrial> RunStackedAsync(TrialPlan plan, CancellationToken cancel)
    {
        if (!layers.TryGetValue(plan.Number, out StackLayer? layer)) throw new SkipTrialException("the models that it stands on were let go.", isForTime: false);
        FoldResult[] folds = await Task.WhenAll(Enumerable.Range(0, data.SearchSplits).Select(i => FoldAsync(plan, i, null, cancel))).ConfigureAwait(false);
        FoldModel? final = await RefitAsync(plan, [.. folds.Select(f => f.Model)], clock.SearchEnd, cancel).ConfigureAwait(false)
            ?? throw new SkipTrialException("it could not be fitted on all rows in the time and memory that were left.", isForTime: clock.SearchEnd is not null);
        final = final with { SecondsPerRow = final.SecondsPerRow + layer.SecondsPerRow };
        return Completed(plan, Gather(folds), [.. folds.Select(f => f.Loss)], folds.Sum(f => f.Seconds) * (data.SearchSplits + 1) / data.SearchSplits, folds.Any(f => f.IsPartial), [final]);
    }

    private FoldFeatures FeaturesOf(TrialPlan plan, TrainerCard card, int split, CancellationToken cancel)
    {
        FoldFeatures basic = cache.Get(cache.PlanFor(card.Needs, plan.Featurizers), split, limits.FitThreads, cancel);
        if (!layers.TryGetValue(plan.Number, out StackLayer? layer)) return basic;
        if (basic.Train.Features.IsSparse) throw new SkipTrialException("its features are sparse, which a second layer can't add to.", isForTime: false);
        return split == FoldModel.AllRows
            ? new FoldFeatures(layer.Over(basic.Features), layer.Over(basic.Train, null), null)
            : new FoldFeatures(layer.Over(basic.Features), layer.Over(basic.Train, data.Splits[split].Train), layer.Over(basic.Test!, data.Splits[split].Test));
    }
}
