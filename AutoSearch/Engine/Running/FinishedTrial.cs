using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>One fitted model of a trial.</summary>
/// <param name="Split">Index of the split whose training rows it learned from; <see cref="AllRows"/> where it learned from all.</param>
/// <param name="Features">What makes its features.</param>
/// <param name="Model">What was learned; has a link where classes are predicted.</param>
/// <param name="SecondsPerRow">One core's seconds to score a row.</param>
internal sealed record FoldModel(int Split, FittedFeatures Features, IModel Model, double SecondsPerRow)
{
    // What was measured once, while little else was in memory, may take longer the next time.
    private const double Margin = 1.25;

    /// <summary>The split of a model that learned from all rows.</summary>
    public const int AllRows = -1;

    /// <summary>One core's seconds to make a row's features, as first measured; 0 where that was not.</summary>
    public double FeatureSecondsPerRow { get; init; }

    /// <summary>Seconds that scoring the caller's rows will take with <paramref name="models"/> on all threads, features that they share made once.</summary>
    public static double SecondsToScore(IReadOnlyCollection<FoldModel> models, StudyOptions options) =>
        Margin * options.RowsToScore * (models.Sum(m => m.SecondsPerRow) + models.DistinctBy(m => m.Features).Sum(m => m.FeatureSecondsPerRow)) / options.Threads;
}

/// <summary>What a trial came to: its outcome and, when it completed, predictions and models.</summary>
/// <param name="Event">Completed, dropped, failed or skipped.</param>
/// <param name="OutOfFold">[scored rows × outputs]: predictions by models not fitted on the row; null unless completed.</param>
/// <param name="Models">The folds' models; empty unless completed.</param>
internal sealed record FinishedTrial(TrialEvent Event, float[]? OutOfFold, IReadOnlyList<FoldModel> Models);
