using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>A text with its words and, where it is labelled, its entities. Immutable.</summary>
public sealed class EntityDocument
{
    private readonly int[] starts, ends;

    private EntityDocument(string text, int[] starts, int[] ends, bool hasGivenWords, IReadOnlyList<EntitySpan>? spans)
    {
        Text = text;
        this.starts = starts;
        this.ends = ends;
        HasGivenWords = hasGivenWords;
        Spans = spans;
        Entities = spans is null ? null : [.. spans.Select(s => MentionOf(s, 1))];
    }

    /// <summary>The raw text; where words were given, they with a space between them, and none between characters of scripts that write none.</summary>
    public string Text { get; }

    /// <summary>Whether the words were given and not split from the text.</summary>
    public bool HasGivenWords { get; }

    /// <summary>The entities in order of their place, none overlapping; null where it is not labelled.</summary>
    public IReadOnlyList<EntityMention>? Entities { get; }

    /// <summary>How many words it has.</summary>
    public int WordCount => starts.Length;

    /// <summary>The words, in order.</summary>
    public IReadOnlyList<string> Words => [.. Enumerable.Range(0, WordCount).Select(i => Word(i).ToString())];

    /// <summary>The entities as runs of words; null where it is not labelled.</summary>
    internal IReadOnlyList<EntitySpan>? Spans { get; }

    /// <summary>A text to be tagged, split into words.</summary>
    public static EntityDocument OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (int[] first, int[] last) = Split(text);
        return new EntityDocument(text, first, last, hasGivenWords: false, spans: null);
    }

    /// <summary>Words to be tagged.</summary>
    public static EntityDocument OfWords(IReadOnlyList<string> words) => OfWords(words, (IReadOnlyList<EntitySpan>?)null);

    /// <summary>Words with a tag for each, by any scheme; read as conlleval reads them.</summary>
    /// <exception cref="ArgumentException">There are more or fewer tags than words.</exception>
    public static EntityDocument OfWords(IReadOnlyList<string> words, IReadOnlyList<string> tags)
    {
        if (tags.Count != words.Count) throw new ArgumentException($"There are {tags.Count} tags for {words.Count} words.", nameof(tags));
        return OfWords(words, TagSequences.SpansOf(tags));
    }

    /// <summary>Words with the bare label of what each belongs to, O for nothing; neighbours of one label are one entity.</summary>
    internal static EntityDocument OfPlainLabels(IReadOnlyList<string> words, IReadOnlyList<string> labels)
    {
        Tag[] tags = [.. labels.Select(l => l == "O" ? Tag.Outside : new Tag('I', l))];
        return OfWords(words, TagSequences.SpansOf(tags));
    }

    /// <summary>A text with entities by their place.</summary>
    /// <param name="text">The raw text.</param>
    /// <param name="entities">
    /// Their places in UTF-16 units. Where two overlap, the longer one counts, of two alike the first. Words are split where an entity begins or ends within one.
    /// </param>
    /// <exception cref="ArgumentException">An entity reaches beyond the text, or its end stands before its start.</exception>
    public static EntityDocument OfText(string text, IEnumerable<EntityMention> entities)
    {
        ArgumentNullException.ThrowIfNull(text);
        return OfText(text, entities, out _);
    }

    /// <inheritdoc cref="OfText(string, IEnumerable{EntityMention})"/>
    internal static EntityDocument OfText(string text, IEnumerable<EntityMention> entities, out SpanRepairs repairs)
    {
        repairs = default;
        List<EntityMention> kept = SpanRepairs.Resolve(text, entities, ref repairs);
        (int[] starts, int[] ends) = SplitAt(text, kept, ref repairs);
        List<EntitySpan> spans = [];
        foreach (EntityMention mention in kept)
        {
            int first = Array.BinarySearch(starts, mention.Start), last = Array.BinarySearch(ends, mention.End);
            if (first < 0 || last < first) throw new InvalidOperationException($"The words do not meet the entity at {mention.Start}.");
            spans.Add(new EntitySpan(first, last + 1, mention.Label));
        }
        return new EntityDocument(text, starts, ends, hasGivenWords: false, spans);
    }

    /// <summary>Tags of the words (IOB2) that say the same as entities found in this document.</summary>
    /// <param name="entities">Entities that begin and end where words do, none overlapping; others are left out.</param>
    public IReadOnlyList<string> TagsOf(IEnumerable<EntityMention> entities)
    {
        List<EntitySpan> spans = [];
        foreach (EntityMention entity in entities.OrderBy(e => e.Start))
        {
            int first = Array.BinarySearch(starts, entity.Start), last = Array.BinarySearch(ends, entity.End);
            if (first >= 0 && last >= first && (spans.Count == 0 || spans[^1].End <= first)) spans.Add(new EntitySpan(first, last + 1, entity.Label));
        }
        return TagSequences.TagsOf(spans, WordCount, TagScheme.Bio);
    }

    /// <summary>The characters of a word.</summary>
    internal ReadOnlySpan<char> Word(int index) => Text.AsSpan(starts[index], ends[index] - starts[index]);

    /// <summary>Where a word begins in the text.</summary>
    internal int StartOf(int word) => starts[word];

    /// <summary>Behind a word's last character.</summary>
    internal int EndOf(int word) => ends[word];

    /// <summary>An entity of words by its place in the text.</summary>
    internal EntityMention MentionOf(EntitySpan span, double score)
    {
        int start = starts[span.First], end = ends[span.End - 1];
        return new EntityMention(start, end, span.Type, Text[start..end], score);
    }

    private static EntityDocument OfWords(IReadOnlyList<string> words, IReadOnlyList<EntitySpan>? spans)
    {
        StringBuilder text = new();
        int[] starts = new int[words.Count], ends = new int[words.Count];
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i] ?? throw new ArgumentException($"Word {i} is null.", nameof(words));
            if (i > 0 && !(MeetsUnspaced(words[i - 1], atEnd: true) && MeetsUnspaced(word, atEnd: false))) text.Append(' ');
            starts[i] = text.Length;
            ends[i] = text.Append(word).Length;
        }
        return new EntityDocument(text.ToString(), starts, ends, hasGivenWords: true, spans);
    }

    private static bool MeetsUnspaced(string word, bool atEnd)
    {
        if (word.Length == 0) return false;
        int index = atEnd ? word.Length - 1 : 0;
        if (atEnd && index > 0 && char.IsLowSurrogate(word[index])) index--;
        return WordSplitter.IsUnspaced(word, index);
    }

    private static (int[], int[]) Split(string text)
    {
        List<(int Start, int End)> words = WordSplitter.Split(text);
        return ([.. words.Select(w => w.Start)], [.. words.Select(w => w.End)]);
    }

    /// <summary>The words, each cut where an entity begins or ends within it, so that every entity is a run of whole words.</summary>
    private static (int[], int[]) SplitAt(string text, List<EntityMention> entities, ref SpanRepairs repairs)
    {
        List<(int Start, int End)> cut = Cut(WordSplitter.Split(text), [.. entities.SelectMany(e => new[] { e.Start, e.End }).Distinct().Order()], ref repairs);
        List<(int Start, int End)> words = new(cut.Count);
        int next = 0;
        foreach (EntityMention entity in entities)
        {
            while (next < cut.Count && cut[next].End <= entity.Start) words.Add(cut[next++]);
            int first = words.Count;
            while (next < cut.Count && cut[next].End <= entity.End) words.Add(cut[next++]);
            // Characters in no word, such as control characters, may stand at an entity's ends or be all of it: they join its words or are one.
            if (words.Count == first) words.Add((entity.Start, entity.End));
            words[first] = (entity.Start, words[first].End);
            words[^1] = (words[^1].Start, entity.End);
        }
        words.AddRange(cut[next..]);
        return ([.. words.Select(w => w.Start)], [.. words.Select(w => w.End)]);
    }

    private static List<(int Start, int End)> Cut(List<(int Start, int End)> words, int[] cuts, ref SpanRepairs repairs)
    {
        List<(int, int)> pieces = new(words.Count);
        int next = 0, split = 0;
        foreach ((int start, int end) in words)
        {
            while (next < cuts.Length && cuts[next] <= start) next++;
            int from = start;
            for (; next < cuts.Length && cuts[next] < end; next++, split++)
            {
                pieces.Add((from, cuts[next]));
                from = cuts[next];
            }
            pieces.Add((from, end));
        }
        repairs = repairs with { WordsCut = repairs.WordsCut + split };
        return pieces;
    }
}
