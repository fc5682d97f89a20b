using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>The one border through which every entity trainer goes: data is checked once, here.</summary>
internal static class EntityFitting
{
    /// <summary>Fits a tagger.</summary>
    /// <param name="trainer">What learns.</param>
    /// <param name="train">Labelled documents.</param>
    /// <param name="validation">Labelled documents to stop early by, whose score goes into the manifest; null for none.</param>
    /// <param name="context">Seed, threads, deadline, cancellation and progress; null for the defaults.</param>
    /// <param name="stopping">Labelled documents to stop early by where the caller scores the result itself; null for none.</param>
    /// <param name="tags">The tags to learn; null for those of the trainer's scheme over the labels of <paramref name="train"/>.</param>
    /// <exception cref="TableException">A document is not labelled, or there is no entity.</exception>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static EntityTagger Fit(this IEntityTrainer trainer, EntityDocuments train, EntityDocuments? validation, FitContext? context, EntityDocuments? stopping = null, TagSet? tags = null)
    {
        FitContext known = context ?? new FitContext();
        BoundsAttribute.Check(trainer);
        train.RequireLabels();
        EntityDocuments learned = WithWords(train);
        if (validation is { Count: > 0 }) RequireAll(validation);
        EntityDocuments? held = validation ?? stopping;
        ITagModel model = trainer.Fit(learned, held is { Count: > 0 } ? held : null, tags ?? TagSet.Of(train.Labels, trainer.Scheme), known);
        EntityTagger tagger = new(model, ManifestOf(trainer, learned, known));
        return validation is { Count: > 0 } ? tagger.With(tagger.Evaluate(validation, known.Threads, known.Cancel)) : tagger;
    }

    private static EntityManifest ManifestOf(IEntityTrainer trainer, EntityDocuments train, FitContext context) => new()
    {
        Created = context.Time.GetUtcNow(),
        Trainer = trainer.Key,
        Labels = train.Labels,
        Seed = context.Seed,
        Documents = train.Count,
    };

    private static EntityDocuments WithWords(EntityDocuments documents)
    {
        int[] filled = [.. Enumerable.Range(0, documents.Count).Where(i => documents[i].WordCount > 0)];
        return filled.Length == documents.Count ? documents : documents.Take(filled);
    }

    private static void RequireAll(EntityDocuments documents)
    {
        for (int i = 0; i < documents.Count; i++)
            if (documents[i].Spans is null) throw new TableException($"{documents.Source}, document {i + 1}: found no entities or tags, expected labels to validate by.", inner: null);
    }
}
