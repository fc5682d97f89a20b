using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Something learned that tags words. Safe to use from several threads.</summary>
internal interface ITagModel : IPlainPart, IDisposable
{
    /// <summary>The tags it chooses from.</summary>
    TagSet Tags { get; }

    /// <summary>Tags runs of words, in their order.</summary>
    /// <param name="runs">The runs; none longer than <see cref="WordRun.MostWords"/>.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="cancel">Ends the work.</param>
    TagPrediction[] Predict(IReadOnlyList<WordRun> runs, int threads, CancellationToken cancel);
}
