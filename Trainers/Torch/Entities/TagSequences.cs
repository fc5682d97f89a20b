namespace MLPipes.Trainers.Torch;

/// <summary>Tags of a sentence's words to entities and back.</summary>
internal static class TagSequences
{
    /// <summary>
    /// The entities that a sequence of tags means, by the rules of conlleval: an I- that follows O or another type begins an entity, and any change of type
    /// ends one. So IOB1, IOB2, BIOES, BILOU, plain labels and broken sequences are all read by one function.
    /// </summary>
    /// <remarks>Source: Tjong Kim Sang, conlleval.pl (2004-01-26), functions startOfChunk and endOfChunk, with S- as a chunk of its own.</remarks>
    public static List<EntitySpan> SpansOf(IReadOnlyList<string> tags)
    {
        Tag[] parsed = new Tag[tags.Count];
        for (int i = 0; i < parsed.Length; i++) parsed[i] = Tag.Parse(tags[i]);
        return SpansOf(parsed);
    }

    /// <inheritdoc cref="SpansOf(IReadOnlyList{string})"/>
    public static List<EntitySpan> SpansOf(ReadOnlySpan<Tag> tags)
    {
        List<EntitySpan> spans = [];
        int first = 0;
        Tag last = Tag.Outside;
        for (int i = 0; i <= tags.Length; i++)
        {
            Tag tag = i < tags.Length ? tags[i] : Tag.Outside;
            if (!last.IsOutside && Ends(last, tag)) spans.Add(new EntitySpan(first, i, last.Type));
            if (!tag.IsOutside && Begins(last, tag)) first = i;
            last = tag;
        }
        return spans;
    }

    /// <summary>The entities of well-formed IOB2 alone: from a B- over the I- of its type; an I- without its B- is no entity.</summary>
    public static List<EntitySpan> StrictSpansOf(IReadOnlyList<string> tags)
    {
        List<EntitySpan> spans = [];
        for (int i = 0; i < tags.Count;)
        {
            Tag tag = Tag.Parse(tags[i++]);
            if (tag.Prefix != 'B') continue;
            int first = i - 1;
            while (i < tags.Count && Tag.Parse(tags[i]) is { Prefix: 'I' } inner && inner.Type == tag.Type) i++;
            spans.Add(new EntitySpan(first, i, tag.Type));
        }
        return spans;
    }

    /// <summary>The tags of <paramref name="words"/> words with these entities, which neither overlap nor reach beyond the words.</summary>
    public static string[] TagsOf(IEnumerable<EntitySpan> spans, int words, TagScheme scheme)
    {
        string[] tags = new string[words];
        Array.Fill(tags, "O");
        (int End, string Type) last = (-1, "");
        foreach (EntitySpan span in spans.OrderBy(s => s.First))
        {
            if (span.First < Math.Max(0, last.End) || span.End > words || span.End <= span.First)
                throw new ArgumentException($"The entity from word {span.First} to {span.End} overlaps another or leaves the {words} words.", nameof(spans));
            for (int i = span.First; i < span.End; i++) tags[i] = scheme == TagScheme.Plain ? span.Type : $"{PrefixOf(i, span, scheme, last)}-{span.Type}";
            last = (span.End, span.Type);
        }
        return tags;
    }

    /// <summary>Whether an I- or E- stands where its scheme asks for a beginning: after O, after another type or after an end. Such entities are kept.</summary>
    public static bool IsBroken(IReadOnlyList<string> tags)
    {
        Tag last = Tag.Outside;
        foreach (string text in tags)
        {
            Tag tag = Tag.Parse(text);
            if (tag.Prefix is 'I' or 'E' && Begins(last, tag)) return true;
            last = tag;
        }
        return false;
    }

    private static char PrefixOf(int word, EntitySpan span, TagScheme scheme, (int End, string Type) last)
    {
        bool isFirst = word == span.First, isLast = word == span.End - 1;
        return scheme switch
        {
            TagScheme.Iob1 => isFirst && last.End == span.First && last.Type == span.Type ? 'B' : 'I',
            TagScheme.Bioes => isFirst ? isLast ? 'S' : 'B' : isLast ? 'E' : 'I',
            _ => isFirst ? 'B' : 'I',
        };
    }

    private static bool Begins(Tag last, Tag tag) =>
        tag.Prefix is 'B' or 'S' || last.Prefix is 'E' or 'S' or 'O' || last.Type != tag.Type;

    private static bool Ends(Tag last, Tag tag) =>
        tag.Prefix is 'B' or 'S' or 'O' || last.Prefix is 'E' or 'S' || last.Type != tag.Type;
}
