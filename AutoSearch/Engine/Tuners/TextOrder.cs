using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>The order in which a study whose columns hold text tries its list: what reads text cheaply and well before what reads it dearly or badly.</summary>
/// <remarks>
/// Linear trainers over sparse terms are nearly the best there is at their price, and come first; then the cheapest trainer over token ids. Then, early,
/// because it is to have most of the time, what takes all cores (a pre-trained encoder); then what reads the vectors of an encoder that stays as
/// it is, which cost as much as a third of a pass of training and seldom come near it; then the other linear ones, trainers over ids, and
/// trainers that see text compressed to a few features. Where text is the smaller part of the columns, the list as it is begins.
/// </remarks>
internal static class TextOrder
{
    private const int LinearFirst = 3;
    private const int ListFirst = 6;

    // Featurizers of text that are asked for: vectors of an encoder that stays as it is.
    private static readonly HashSet<string> OfText = [.. Catalog.Featurizers.Where(f => f.Card.OnRequest && f.Card.Role == ColumnRole.Text).Select(f => f.Card.Key)];

    /// <summary>The list in that order; nothing is added and nothing is lost.</summary>
    /// <param name="list">The list.</param>
    /// <param name="candidates">The trainers that it names.</param>
    /// <param name="isMostlyText">Whether text is most of what the columns hold.</param>
    public static IReadOnlyList<PortfolioEntry> Of(IReadOnlyList<PortfolioEntry> list, IReadOnlyList<Candidate> candidates, bool isMostlyText)
    {
        Dictionary<string, Candidate> byKey = candidates.ToDictionary(c => c.Key, StringComparer.Ordinal);
        TrainerCard CardOf(PortfolioEntry entry) => byKey[entry.Trainer].Entry.Card;
        List<PortfolioEntry> ordered = [.. list.Where(e => e.Origin == "warm" || CardOf(e).IsBaseline)];
        PortfolioEntry[] rest = [.. list.Except(ordered)];
        PortfolioEntry[] ids = [.. rest.Where(e => CardOf(e).Needs.AreIds()).OrderBy(e => byKey[e.Trainer].CostAt(e.Point).Flops)];
        PortfolioEntry[] dear = [.. ids.Where(e => CardOf(e).UsesAllCores)], light = [.. ids.Except(dear)];
        PortfolioEntry[] vectors = [.. rest.Except(ids).Where(e => e.Featurizers.Any(OfText.Contains))];
        PortfolioEntry[] others = [.. rest.Except(ids).Except(vectors)];
        PortfolioEntry[] linear = isMostlyText
            ? [.. others.Where(e => ReadsTerms(CardOf(e))).OrderBy(e => byKey[e.Trainer].Cost.Flops).DistinctBy(e => e.Trainer)]
            : [.. others.Take(ListFirst)];
        ordered.AddRange(linear.Take(isMostlyText ? LinearFirst : ListFirst));
        ordered.AddRange(light.Take(1));
        ordered.AddRange(dear);
        ordered.AddRange(vectors);
        ordered.AddRange(linear.Skip(isMostlyText ? LinearFirst : ListFirst));
        ordered.AddRange(light.Skip(1));
        ordered.AddRange(others.Except(linear));
        return ordered;
    }

    private static bool ReadsTerms(TrainerCard card) => card.Needs.HasFlag(Needs.NumericOnly) && !card.Needs.HasFlag(Needs.Dense);
}
