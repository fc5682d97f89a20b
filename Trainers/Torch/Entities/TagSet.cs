namespace MLPipes.Trainers.Torch;

/// <summary>The tags that a model chooses from, and which may follow which. Outside is always tag 0.</summary>
internal sealed class TagSet
{
    private readonly Tag[] tags;
    private readonly bool[] follows;
    private readonly Dictionary<string, int> indexes;

    /// <param name="names">The tags, O first, each once.</param>
    /// <param name="isPlain">Whether the tags are bare labels, whatever their letters look like.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public TagSet(IReadOnlyList<string> names, bool isPlain = false)
    {
        if (names.Count == 0 || names[0] != "O") throw new ArgumentException("The first tag is not O.", nameof(names));
        Names = [.. names];
        IsPlain = isPlain;
        tags = [.. names.Select((name, i) => !isPlain ? Tag.Parse(name) : i == 0 ? Tag.Outside : new Tag('I', name))];
        indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
            if (!indexes.TryAdd(names[i], i)) throw new ArgumentException($"The tag '{names[i]}' stands twice.", nameof(names));
        // A scheme's rules bind only where all of it is there: with plain labels an inner word needs no beginning.
        bool hasBegins = tags.Any(t => t.Prefix == 'B'), hasEnds = tags.Any(t => t.Prefix is 'E' or 'S');
        HasRules = hasBegins && tags.Where(t => t.Prefix == 'I').All(i => tags.Any(t => t.Prefix == 'B' && t.Type == i.Type));
        follows = new bool[Count * Count];
        for (int from = 0; from < Count; from++)
            for (int to = 0; to < Count; to++) follows[(from * Count) + to] = !HasRules || Follows(tags[from], tags[to], hasEnds);
        MayBegin = [.. tags.Select(t => !HasRules || t.Prefix is not ('I' or 'E'))];
        MayEnd = [.. tags.Select(t => !HasRules || !hasEnds || t.Prefix is not ('B' or 'I'))];
    }

    /// <summary>The tags' texts.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether the tags are bare labels: neighbours of one label are one entity.</summary>
    public bool IsPlain { get; }

    /// <summary>How many tags there are, O included.</summary>
    public int Count => tags.Length;

    /// <summary>Whether some tags may not follow others.</summary>
    public bool HasRules { get; }

    /// <summary>Whether a sentence may begin with each tag.</summary>
    public bool[] MayBegin { get; }

    /// <summary>Whether a sentence may end with each tag.</summary>
    public bool[] MayEnd { get; }

    /// <summary>What each tag means.</summary>
    public ReadOnlySpan<Tag> Tags => tags;

    /// <summary>Whether tag <paramref name="to"/> may stand behind tag <paramref name="from"/>.</summary>
    public bool MayFollow(int from, int to) => follows[(from * Count) + to];

    /// <summary>The index of a tag, or -1.</summary>
    public int IndexOf(string name) => indexes.GetValueOrDefault(name, -1);

    /// <summary>All tags of a scheme for entities of these types.</summary>
    public static TagSet Of(IEnumerable<string> types, TagScheme scheme)
    {
        char[] prefixes = scheme switch { TagScheme.Bioes => ['B', 'I', 'E', 'S'], TagScheme.Plain => [' '], _ => ['B', 'I'] };
        return new TagSet(["O", .. types.Distinct().Order(StringComparer.Ordinal).SelectMany(type => prefixes.Select(p => p == ' ' ? type : $"{p}-{type}"))], scheme == TagScheme.Plain);
    }

    /// <summary>The entities of a sequence of tag indexes.</summary>
    public List<EntitySpan> SpansOf(ReadOnlySpan<int> sequence)
    {
        Tag[] parsed = new Tag[sequence.Length];
        for (int i = 0; i < parsed.Length; i++) parsed[i] = tags[sequence[i]];
        return TagSequences.SpansOf(parsed);
    }

    /// <summary>The true entities of a run of labelled words, counted from its first.</summary>
    public List<EntitySpan> SpansOfLabelled(WordRun run)
    {
        List<EntitySpan> spans = [];
        foreach (EntitySpan span in run.Document.Spans!)
        {
            (int first, int end) = (Math.Max(span.First - run.First, 0), Math.Min(span.End - run.First, run.Count));
            if (first < end) spans.Add(new EntitySpan(first, end, span.Type));
        }
        return spans;
    }

    private static bool Follows(Tag from, Tag to, bool hasEnds)
    {
        bool isOpen = from.Prefix is 'B' or 'I', goesOn = to.Prefix is 'I' or 'E';
        if (goesOn) return isOpen && from.Type == to.Type;
        return !hasEnds || !isOpen;
    }
}
