namespace MLPipes.Trainers.Torch;

/// <summary>Finds by which scheme a corpus is tagged, from its tags alone.</summary>
internal sealed class SchemeFinder
{
    private bool hasPrefixes, hasPlain, hasEnds, beginsAfterOther;
    private int lone;

    /// <summary>Sentences in which an I- begins an entity, which IOB2 and BIOES do not allow and IOB1 does.</summary>
    public int Broken => Scheme is TagScheme.Bio or TagScheme.Bioes ? lone : 0;

    /// <summary>The scheme that all sentences so far agree with; where several do, the commonest: IOB2.</summary>
    public TagScheme Scheme => !hasPrefixes && hasPlain ? TagScheme.Plain
        : hasEnds ? TagScheme.Bioes
        : lone > 0 && !beginsAfterOther ? TagScheme.Iob1 : TagScheme.Bio;

    public void Look(IReadOnlyList<string> tags)
    {
        Tag last = Tag.Outside;
        foreach (string text in tags)
        {
            Tag tag = Tag.Parse(text);
            if (!tag.IsOutside)
            {
                if (Tag.IsTag(text) || (text.Length == 1 && "BIESLUMW".Contains(text[0]))) hasPrefixes = true;
                else hasPlain = true;
            }
            if (tag.Prefix is 'E' or 'S') hasEnds = true;
            // IOB1 writes B- only behind an entity of the same type.
            if (tag.Prefix == 'B' && (last.IsOutside || last.Type != tag.Type)) beginsAfterOther = true;
            last = tag;
        }
        if (TagSequences.IsBroken(tags)) lone++;
    }
}
