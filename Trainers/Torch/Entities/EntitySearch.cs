using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Finds the best entity tagger under a time budget: light models first, a pre-trained encoder where one is named, judged on documents held out.</summary>
public static class EntitySearch
{
    /// <summary>Searches.</summary>
    /// <param name="options">Data and budget.</param>
    /// <param name="cancel">Ends the search early; the best so far is the result.</param>
    /// <exception cref="TableException">A document is not labelled, or there is no entity.</exception>
    /// <exception cref="TorchException">An encoder is named and can't be had.</exception>
    /// <exception cref="StudyException">No candidate could be fitted.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before there was a result.</exception>
    public static EntitySearchResult Run(EntitySearchOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        BoundsAttribute.Check(options);
        options.Data.RequireLabels();
        return new EntitySearchRun(options, EntityCandidate.Of(options), cancel).Run();
    }
}
