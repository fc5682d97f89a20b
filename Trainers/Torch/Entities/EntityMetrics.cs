namespace MLPipes.Trainers.Torch;

/// <summary>Precision, recall and F1 over whole entities, as conlleval counts them: right is an entity with the right type, beginning and end.</summary>
/// <remarks>The figures over all types are micro averages: every entity counts alike. Where nothing is predicted or nothing is there they are 0.</remarks>
public sealed class EntityMetrics
{
    private EntityMetrics(int documents, Dictionary<string, Counts> types)
    {
        Documents = documents;
        Counts all = new();
        foreach (Counts counts in types.Values) all.Add(counts);
        (Precision, Recall, F1, Support) = (all.Precision, all.Recall, all.F1, all.True);
        Types = [.. types.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new EntityTypeScore(t.Key, t.Value.Precision, t.Value.Recall, t.Value.F1, t.Value.True))];
    }

    /// <summary>How many documents or sentences were compared.</summary>
    public int Documents { get; }

    /// <summary>Share of the predicted entities that are right.</summary>
    public double Precision { get; }

    /// <summary>Share of the true entities that are found.</summary>
    public double Recall { get; }

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 { get; }

    /// <summary>How many true entities there are.</summary>
    public int Support { get; }

    /// <summary>The same for each type that is there or is predicted, by name.</summary>
    public IReadOnlyList<EntityTypeScore> Types { get; }

    /// <summary>Compares the entities of texts; a predicted one is right where place and label are those of a true one.</summary>
    /// <param name="truth">The true entities of each text.</param>
    /// <param name="predicted">Those predicted, in the same order of texts.</param>
    public static EntityMetrics Of(IReadOnlyList<IReadOnlyList<EntityMention>> truth, IReadOnlyList<IReadOnlyList<EntityMention>> predicted) =>
        Of(truth.Count, predicted.Count, i => truth[i].Select(SpanOf), i => predicted[i].Select(SpanOf));

    /// <summary>Compares sequences of tags, of any scheme.</summary>
    /// <param name="truth">The true tags of each sentence.</param>
    /// <param name="predicted">Those predicted, in the same order of sentences.</param>
    public static EntityMetrics OfTags(IReadOnlyList<IReadOnlyList<string>> truth, IReadOnlyList<IReadOnlyList<string>> predicted) =>
        Of(truth.Count, predicted.Count, i => TagSequences.SpansOf(truth[i]), i => TagSequences.SpansOf(predicted[i]));

    /// <summary>Compares entities as runs of words.</summary>
    internal static EntityMetrics OfSpans(IReadOnlyList<IReadOnlyList<EntitySpan>> truth, IReadOnlyList<IReadOnlyList<EntitySpan>> predicted) =>
        Of(truth.Count, predicted.Count, i => truth[i], i => predicted[i]);

    private static EntityMetrics Of(int count, int predictedCount, Func<int, IEnumerable<EntitySpan>> truth, Func<int, IEnumerable<EntitySpan>> predicted)
    {
        if (count != predictedCount) throw new ArgumentException($"There are {predictedCount} predictions for {count} texts.", nameof(predicted));
        Dictionary<string, Counts> types = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            HashSet<EntitySpan> right = [.. truth(i)], found = [.. predicted(i)];
            foreach (EntitySpan span in right) CountsOf(span.Type).True++;
            foreach (EntitySpan span in found)
            {
                Counts counts = CountsOf(span.Type);
                counts.Predicted++;
                if (right.Contains(span)) counts.Right++;
            }
        }
        return new EntityMetrics(count, types);

        Counts CountsOf(string type)
        {
            if (!types.TryGetValue(type, out Counts? counts)) types.Add(type, counts = new Counts());
            return counts;
        }
    }

    private static EntitySpan SpanOf(EntityMention mention) => new(mention.Start, mention.End, mention.Label);

    private sealed class Counts
    {
        public int True, Predicted, Right;

        public double Precision => Predicted == 0 ? 0 : (double)Right / Predicted;

        public double Recall => True == 0 ? 0 : (double)Right / True;

        public double F1 => True + Predicted == 0 ? 0 : 2.0 * Right / (True + Predicted);

        public void Add(Counts other)
        {
            True += other.True;
            Predicted += other.Predicted;
            Right += other.Right;
        }
    }
}
