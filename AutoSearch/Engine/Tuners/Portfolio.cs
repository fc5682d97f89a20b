using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>One configuration of an ordered list that is tried before search begins.</summary>
/// <param name="Trainer">The trainer's catalog key.</param>
/// <param name="Point">Where in its search space, [knobs].</param>
/// <param name="Featurizers">Featurizers asked for beyond the default ones.</param>
/// <param name="Origin"><c>start</c> or <c>variant</c>.</param>
public sealed record PortfolioEntry(string Trainer, IReadOnlyList<double> Point, IReadOnlyList<string> Featurizers, string Origin);

/// <summary>The order in which configurations are tried first, from what the trainers' cards and costs say.</summary>
public static class Portfolio
{
    private const int VariantsPerAdaptive = 8;

    /// <summary>
    /// Baselines, so that a model exists at once; the start point of the most flexible adaptive trainer; then, in turns, the cheapest trainer
    /// of each family and a variant of that adaptive trainer; then the rest by cost.
    /// </summary>
    /// <param name="candidates">The trainers that serve the task.</param>
    /// <param name="featurizers">Featurizers on request that the data has columns for, each suiting some candidates.</param>
    public static IReadOnlyList<PortfolioEntry> For(IReadOnlyList<Candidate> candidates, IReadOnlyList<FeaturizerCard> featurizers)
    {
        List<PortfolioEntry> entries = [];
        Candidate[] byCost = [.. candidates.OrderBy(c => c.Cost.Flops).ThenBy(c => c.Key, StringComparer.Ordinal)];
        entries.AddRange(byCost.Where(c => c.Entry.Card.IsBaseline).Select(Start));
        // The adaptive trainer with most to tune is the most flexible, and leads; the others wait their turn by cost.
        Candidate[] adaptive = [.. byCost.Where(c => c.IsAdaptive).OrderByDescending(c => c.Space.Knobs.Count)];
        entries.AddRange(adaptive.Take(1).Select(Start));

        // Cheap variants first: near the end of a budget only they still fit.
        Queue<PortfolioEntry> variants = new(adaptive.Take(1).Where(c => c.Space.Knobs.Count > 0)
            .SelectMany(c => Enumerable.Range(1, VariantsPerAdaptive).Select(i => Variant(c, i)).OrderBy(v => c.CostAt(v.Point).Flops)));
        Candidate[] others = [.. byCost.Where(c => !c.Entry.Card.IsBaseline && !adaptive.Take(1).Contains(c))];
        Candidate[] firsts = [.. others.GroupBy(c => c.Family).Select(g => g.First())];
        Queue<PortfolioEntry> different = new(firsts.Concat(others.Except(firsts)).Select(Start));
        foreach (FeaturizerCard card in featurizers)
            if (adaptive.Concat(firsts).FirstOrDefault(c => card.Suits(c.Family)) is { } user)
                different.Enqueue(Start(user) with { Featurizers = [card.Key] });

        while (variants.Count > 0 || different.Count > 0)
        {
            if (different.TryDequeue(out PortfolioEntry? other)) entries.Add(other);
            if (variants.TryDequeue(out PortfolioEntry? variant)) entries.Add(variant);
        }
        return entries;
    }

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
