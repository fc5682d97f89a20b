namespace MLPipes.Trainers.Torch;

/// <summary>The true tags of labelled words.</summary>
internal static class GoldTags
{
    /// <summary>The tags of a run's words, as indexes into <paramref name="tags"/>; an entity that a cut divides goes on as an entity of its own.</summary>
    /// <exception cref="ArgumentException">The document has no labels, or an entity has a type without tags.</exception>
    public static int[] Of(WordRun run, TagSet tags)
    {
        if (run.Document.Spans is null) throw new ArgumentException("The document has no labels.", nameof(run));
        List<EntitySpan> within = tags.SpansOfLabelled(run);
        return [.. TagSequences.TagsOf(within, run.Count, SchemeOf(tags)).Select(name =>
            tags.IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException($"The tag '{name}' is not among those to learn.", nameof(tags)))];
    }

    private static TagScheme SchemeOf(TagSet tags)
    {
        if (tags.IsPlain) return TagScheme.Plain;
        bool begins = false;
        foreach (Tag tag in tags.Tags)
        {
            if (tag.Prefix is 'E' or 'S') return TagScheme.Bioes;
            begins |= tag.Prefix == 'B';
        }
        return begins ? TagScheme.Bio : TagScheme.Plain;
    }
}
