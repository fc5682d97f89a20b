namespace MLPipes.Trainers.Torch;

/// <summary>Divides documents into those to learn from and those to judge by.</summary>
/// <remarks>
/// Neighbours in a file are often sentences of one text, which repeat its names. So runs of neighbours are held out and not single documents: else a model
/// that knows names by heart would look better than it is.
/// </remarks>
internal static class HeldOut
{
    private const int Most = 1000, Fewest = 10, Runs = 10;

    /// <summary>A tenth held out (a fifth of few, at most 1,000), in ten runs of neighbours drawn by the seed; no label leaves the other part entirely.</summary>
    /// <param name="documents">Labelled documents.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <returns>Both parts, in file order; no part held out where there are fewer than ten documents or all labels would go with it.</returns>
    public static (EntityDocuments Train, EntityDocuments? Validation) Split(EntityDocuments documents, int seed)
    {
        int count = documents.Count;
        if (count < Fewest) return (documents, null);
        int wanted = Math.Min(Most, Math.Max(1, count / (count < 200 ? 5 : 10)));
        Dictionary<string, int> left = new(StringComparer.Ordinal);
        foreach (EntitySpan span in documents.SelectMany(d => d.Spans!)) left[span.Type] = left.GetValueOrDefault(span.Type) + 1;
        int run = (wanted + Runs - 1) / Runs;
        int[][] order = [.. Enumerable.Range(0, count).Chunk(run)];
        new Random(seed).Shuffle(order);
        HashSet<int> held = [];
        foreach (int index in order.SelectMany(r => r))
        {
            if (held.Count == wanted) break;
            Dictionary<string, int> here = documents[index].Spans!.GroupBy(s => s.Type).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            if (here.Any(h => left[h.Key] <= h.Value)) continue;
            foreach ((string type, int spans) in here) left[type] -= spans;
            held.Add(index);
        }
        if (!held.Any(i => documents[i].Spans!.Count > 0)) return (documents, null);
        return (documents.Take(Enumerable.Range(0, count).Where(i => !held.Contains(i))), documents.Take(held.Order()));
    }
}
