using System.Globalization;

namespace MLPipes.Trainers.Torch;

/// <summary>How many labelled spans had to be changed to be learned from.</summary>
/// <param name="Overlapping">Dropped, for they overlap a longer one.</param>
/// <param name="Empty">Dropped, for they hold no character but white space.</param>
/// <param name="WordsCut">Words that a span begins or ends within, so that they were cut there.</param>
internal readonly record struct SpanRepairs(int Overlapping, int Empty, int WordsCut)
{
    public static SpanRepairs operator +(SpanRepairs a, SpanRepairs b) => new(a.Overlapping + b.Overlapping, a.Empty + b.Empty, a.WordsCut + b.WordsCut);

    /// <summary>The spans that can be learned together, in order: white space at their ends trimmed, of overlapping ones the longest.</summary>
    /// <exception cref="ArgumentException">A span leaves the text; the message says found and expected.</exception>
    public static List<EntityMention> Resolve(string text, IEnumerable<EntityMention> entities, ref SpanRepairs repairs)
    {
        List<EntityMention> whole = [];
        foreach (EntityMention entity in entities)
        {
            if (entity.Start < 0 || entity.End > text.Length || entity.End < entity.Start)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"found a span [{entity.Start}, {entity.End}) of '{entity.Label}', expected it within the text's {text.Length} UTF-16 units"));
            if (entity.Label.Length == 0) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"found a span [{entity.Start}, {entity.End}) without a label, expected one"));
            (int start, int end) = Trim(text, entity.Start, entity.End);
            if (start == end) repairs = repairs with { Empty = repairs.Empty + 1 };
            else whole.Add(new EntityMention(start, end, entity.Label, text[start..end]));
        }
        List<EntityMention> kept = [];
        // The sort is stable, so that of two alike the first stays.
        foreach (EntityMention entity in whole.OrderByDescending(e => e.End - e.Start).ThenBy(e => e.Start))
        {
            if (OverlapsAny(kept, entity)) repairs = repairs with { Overlapping = repairs.Overlapping + 1 };
            else kept.Insert(~kept.BinarySearch(entity, ByStart), entity);
        }
        return kept;
    }

    private static Comparer<EntityMention> ByStart { get; } = Comparer<EntityMention>.Create((a, b) => a.Start.CompareTo(b.Start));

    private static bool OverlapsAny(List<EntityMention> sorted, EntityMention entity)
    {
        int at = sorted.BinarySearch(entity, ByStart);
        if (at >= 0) return true;
        at = ~at;
        return (at > 0 && sorted[at - 1].End > entity.Start) || (at < sorted.Count && sorted[at].Start < entity.End);
    }

    private static (int Start, int End) Trim(string text, int start, int end)
    {
        // A surrogate pair is not cut: the span grows to hold it whole.
        if (start > 0 && start < text.Length && char.IsLowSurrogate(text[start]) && char.IsHighSurrogate(text[start - 1])) start--;
        if (end > start && end < text.Length && char.IsLowSurrogate(text[end]) && char.IsHighSurrogate(text[end - 1])) end++;
        while (start < end && char.IsWhiteSpace(text[start])) start++;
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        return (start, end);
    }
}
