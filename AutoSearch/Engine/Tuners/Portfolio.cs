using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>One configuration of an ordered list that is tried before search begins.</summary>
/// <param name="Trainer">The trainer's catalog key.</param>
/// <param name="Point">Where in its search space, [knobs].</param>
/// <param name="Featurizers">Featurizers asked for beyond the default ones.</param>
/// <param name="Origin"><c>start</c> for the first of a trainer, <c>portfolio</c> or <c>variant</c>.</param>
public sealed record PortfolioEntry(string Trainer, IReadOnlyList<double> Point, IReadOnlyList<string> Featurizers, string Origin);

/// <summary>The order in which configurations are tried first: a learned list, then what the trainers' cards and costs suggest.</summary>
public static class Portfolio
{
    private const int VariantsPerAdaptive = 8;

    /// <summary>
    /// Baselines, so that a model exists at once; the entries of <paramref name="list"/> whose trainers and featurizers are at hand, their knobs
    /// moved into the ranges of this data; then what the list does not name: the start points of other trainers, cheap and different ones
    /// early, and between them variants of the most flexible trainer.
    /// </summary>
    /// <param name="candidates">The trainers that serve the task.</param>
    /// <param name="featurizers">Featurizers that search may ask for and that the data has columns for.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="list">The ordered list.</param>
    public static IReadOnlyList<PortfolioEntry> For(IReadOnlyList<Candidate> candidates, IReadOnlyList<FeaturizerCard> featurizers, MLTask task, IReadOnlyList<ListedConfiguration> list)
    {
        List<PortfolioEntry> entries = [.. ByCost(candidates).Where(c => c.Entry.Card.IsBaseline).Select(Start)];
        // Trainers and featurizers share no key.
        HashSet<string> named = new(StringComparer.Ordinal);
        foreach (ListedConfiguration listed in list)
        {
            if (listed.Tasks.Count > 0 && !listed.Tasks.Contains(task)) continue;
            if (candidates.FirstOrDefault(c => c.Key == listed.Trainer) is not { } candidate) continue;
            if (!listed.Featurizers.All(key => featurizers.Any(f => f.Key == key && f.Serves(candidate.Entry.Card.Needs)))) continue;
            entries.Add(new PortfolioEntry(candidate.Key, candidate.Space.PointNear(listed.Knobs), listed.Featurizers, named.Add(candidate.Key) ? "start" : "portfolio"));
            named.UnionWith(listed.Featurizers);
        }
        entries.AddRange(Generic(candidates, [.. featurizers.Where(f => f.OnRequest && !named.Contains(f.Key))], named));
        return entries;
    }

    /// <summary>The start point of the most flexible adaptive trainer; then, in turns, the cheapest trainer of each family that was not tried yet and a variant of that adaptive one; then the rest by cost.</summary>
    private static IEnumerable<PortfolioEntry> Generic(IReadOnlyList<Candidate> candidates, IReadOnlyList<FeaturizerCard> featurizers, HashSet<string> named)
    {
        Candidate[] byCost = [.. ByCost(candidates).Where(c => !c.Entry.Card.IsBaseline)];
        // The adaptive trainer with most to tune is the most flexible, and leads; the others wait their turn by cost.
        Candidate[] adaptive = [.. byCost.Where(c => c.IsAdaptive).OrderByDescending(c => c.Space.Knobs.Count)];
        Candidate? lead = adaptive.FirstOrDefault();
        if (lead is not null && !named.Contains(lead.Key)) yield return Start(lead);

        // Cheap variants first: near the end of a budget only they still fit.
        Queue<PortfolioEntry> variants = lead is null || lead.Space.Knobs.Count == 0 ? []
            : new(Enumerable.Range(1, VariantsPerAdaptive).Select(i => Variant(lead, i)).OrderBy(v => lead.CostAt(v.Point).Flops));
        Candidate[] others = [.. byCost.Where(c => c != lead && !named.Contains(c.Key))];
        Candidate[] firsts = [.. others.GroupBy(c => c.Family).Select(g => g.First())];
        // A family that the list has tried needs no early turn: its other trainers wait by cost, so that a dear newcomer takes no time from the rest.
        HashSet<Needs> tried = [.. byCost.Where(c => named.Contains(c.Key)).Select(c => c.Family)];
        Candidate[] early = [.. firsts.Where(c => !tried.Contains(c.Family))];
        Queue<PortfolioEntry> different = new(early.Concat(others.Except(early)).Select(Start));
        foreach (FeaturizerCard card in featurizers)
            if (Users(card, byCost, adaptive.Concat(firsts)).FirstOrDefault(c => card.Serves(c.Family)) is { } user)
                different.Enqueue(Start(user) with { Featurizers = [card.Key] });

        while (variants.Count > 0 || different.Count > 0)
        {
            if (different.TryDequeue(out PortfolioEntry? other)) yield return other;
            if (variants.TryDequeue(out PortfolioEntry? variant)) yield return variant;
        }
    }

    // Vectors of text are read best, and cheapest, by a linear trainer.
    private static IEnumerable<Candidate> Users(FeaturizerCard card, IEnumerable<Candidate> byCost, IEnumerable<Candidate> flexible) =>
        card.Role == ColumnRole.Text ? byCost.Where(c => !c.Entry.Card.GivesMargins && (c.Family & (Needs.NumericOnly | Needs.Scaled | Needs.Dense)) == (Needs.NumericOnly | Needs.Scaled)) : flexible;

    private static IEnumerable<Candidate> ByCost(IReadOnlyList<Candidate> candidates) => candidates.OrderBy(c => c.Cost.Flops).ThenBy(c => c.Key, StringComparer.Ordinal);

    private static PortfolioEntry Start(Candidate candidate) => new(candidate.Key, candidate.StartPoint, [], "start");

    /// <summary>A point half-way from the start point to the <paramref name="index"/>-th of a low-discrepancy sequence.</summary>
    /// <remarks>
    /// The additive recurrence with the roots of x^(d+1) = x + 1 (Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018)
    /// spreads any number of knobs evenly; staying half-way keeps a good start value's merits.
    /// </remarks>
    private static PortfolioEntry Variant(Candidate candidate, int index)
    {
        int knobs = candidate.Space.Knobs.Count;
        double root = 2;
        for (int i = 0; i < 40; i++) root = Math.Pow(1 + root, 1.0 / (knobs + 1));
        double[] point = new double[knobs];
        for (int i = 0; i < knobs; i++)
        {
            double even = (0.5 + (index * Math.Pow(1 / root, i + 1))) % 1;
            point[i] = candidate.Space.Knobs[i].IsOrdered ? (candidate.StartPoint[i] + even) / 2 : even;
        }
        return new PortfolioEntry(candidate.Key, point, [], "variant");
    }
}
