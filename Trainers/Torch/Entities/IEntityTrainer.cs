using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Learns to tag words from labelled documents.</summary>
internal interface IEntityTrainer
{
    /// <summary>What it is called in reports and manifests.</summary>
    string Key { get; }

    /// <summary>The scheme of the tags that it learns where none are given.</summary>
    TagScheme Scheme { get; }

    /// <summary>Learns a model that chooses from <paramref name="tags"/>.</summary>
    /// <param name="train">Labelled documents with at least one word.</param>
    /// <param name="validation">Labelled documents to stop early by; null for none.</param>
    /// <param name="tags">Tags for all entities of both.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress.</param>
    ITagModel Fit(EntityDocuments train, EntityDocuments? validation, TagSet tags, FitContext context);
}
