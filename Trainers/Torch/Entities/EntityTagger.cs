namespace MLPipes.Trainers.Torch;

/// <summary>Finds named entities in texts. Immutable and safe to use from several threads; some models hold native memory, so dispose of it.</summary>
public sealed partial class EntityTagger : IDisposable
{
    private readonly ITagModel model;

    internal EntityTagger(ITagModel model, EntityManifest manifest)
    {
        this.model = model;
        Manifest = manifest;
        Labels = [.. LabelsOf(model.Tags)];
    }

    /// <summary>Where it comes from.</summary>
    public EntityManifest Manifest { get; }

    /// <summary>The labels that it gives, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    internal ITagModel Model => model;

    /// <summary>The entities of a text, in order of their place.</summary>
    /// <param name="text">Any text; offsets of the result are UTF-16 units of it.</param>
    public IReadOnlyList<EntityMention> Find(string text) => Find([text])[0];

    /// <summary>The entities of each text.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="threads">Threads to use; 0 (default) for all cores.</param>
    /// <param name="cancel">Ends the work.</param>
    public IReadOnlyList<IReadOnlyList<EntityMention>> Find(IReadOnlyList<string> texts, int threads = 0, CancellationToken cancel = default) =>
        Predict([.. texts.Select(EntityDocument.OfText)], threads, cancel);

    /// <summary>The tag of each word: O, or B- and I- with a label (or by whatever scheme the labels of an ML.NET column are).</summary>
    /// <param name="words">Words of a sentence.</param>
    public IReadOnlyList<string> TagWords(IReadOnlyList<string> words)
    {
        EntityDocument document = EntityDocument.OfWords(words);
        return TagsOf(document, TagDocuments([document], threads: 0, default)[0]);
    }

    /// <summary>The entities of each document, by its own words where they were given.</summary>
    /// <param name="documents">Documents, labelled or not; labels are not looked at.</param>
    /// <param name="threads">Threads to use; 0 (default) for all cores.</param>
    /// <param name="cancel">Ends the work.</param>
    public IReadOnlyList<IReadOnlyList<EntityMention>> Predict(IReadOnlyList<EntityDocument> documents, int threads = 0, CancellationToken cancel = default)
    {
        // Words of a labelled text are cut where its entities begin and end: a prediction must not see that.
        EntityDocument[] unlabelled = [.. documents.Select(d => d.HasGivenWords ? d : EntityDocument.OfText(d.Text))];
        TagPrediction[] tagged = TagDocuments(unlabelled, threads, cancel);
        return [.. unlabelled.Select((document, i) => MentionsOf(document, tagged[i]))];
    }

    /// <summary>Compares the entities found with those of labelled documents.</summary>
    /// <param name="documents">Labelled documents.</param>
    /// <param name="threads">Threads to use; 0 (default) for all cores.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="TableException">A document is not labelled.</exception>
    public EntityMetrics Evaluate(IReadOnlyList<EntityDocument> documents, int threads = 0, CancellationToken cancel = default)
    {
        int bare = documents.ToList().FindIndex(d => d.Entities is null);
        if (bare >= 0) throw new TableException($"document {bare + 1}: found no entities or tags, expected labels to score the model by.", inner: null);
        return EntityMetrics.Of([.. documents.Select(d => d.Entities!)], Predict(documents, threads, cancel));
    }

    /// <summary>Frees what the model holds of native memory.</summary>
    public void Dispose() => model.Dispose();

    /// <summary>The same tagger with a score in its manifest.</summary>
    internal EntityTagger With(EntityMetrics score) => new(model, Manifest with { Metrics = new Dictionary<string, double> { ["precision"] = score.Precision, ["recall"] = score.Recall, ["f1"] = score.F1 } });

    /// <summary>The tags of each document's words.</summary>
    internal TagPrediction[] TagDocuments(IReadOnlyList<EntityDocument> documents, int threads, CancellationToken cancel) =>
        TagDocuments(model, documents, threads == 0 ? Environment.ProcessorCount : threads, cancel);

    /// <summary>The tags of each document's words by a model.</summary>
    internal static TagPrediction[] TagDocuments(ITagModel model, IReadOnlyList<EntityDocument> documents, int threads, CancellationToken cancel)
    {
        List<WordRun> runs = [];
        foreach (EntityDocument document in documents) runs.AddRange(WordRun.Of(document));
        TagPrediction[] tagged = model.Predict(runs, threads, cancel), whole = new TagPrediction[documents.Count];
        for (int i = 0, at = 0; i < whole.Length; i++)
        {
            int first = at;
            while (at < runs.Count && ReferenceEquals(runs[at].Document, documents[i])) at++;
            whole[i] = at - first == 1 ? tagged[first]
                : new TagPrediction([.. tagged[first..at].SelectMany(t => t.Tags)], [.. tagged[first..at].SelectMany(t => t.Scores)]);
        }
        return whole;
    }

    /// <summary>The tags by name; of a scheme with ends, by the one with beginnings alone, which all tools read.</summary>
    internal IReadOnlyList<string> TagsOf(EntityDocument document, TagPrediction prediction) => HasEnds(model.Tags)
        ? TagSequences.TagsOf(model.Tags.SpansOf(prediction.Tags), document.WordCount, TagScheme.Bio)
        : [.. prediction.Tags.Select(t => model.Tags.Names[t])];

    internal List<EntityMention> MentionsOf(EntityDocument document, TagPrediction prediction)
    {
        List<EntityMention> mentions = [];
        foreach (EntitySpan span in model.Tags.SpansOf(prediction.Tags))
        {
            double sum = 0;
            for (int i = span.First; i < span.End; i++) sum += prediction.Scores[i];
            EntityMention mention = document.MentionOf(span, Math.Clamp(Math.Round(sum / (span.End - span.First), 4), 0, 1));
            if (mention.End > mention.Start) mentions.Add(mention);
        }
        return mentions;
    }

    private static bool HasEnds(TagSet tags)
    {
        foreach (Tag tag in tags.Tags) if (tag.Prefix is 'E' or 'S') return true;
        return false;
    }

    private static IEnumerable<string> LabelsOf(TagSet tags) => tags.Tags.ToArray().Where(t => !t.IsOutside).Select(t => t.Type).Distinct().Order(StringComparer.Ordinal);
}
