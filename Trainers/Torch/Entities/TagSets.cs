using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Tags and chains as plain data.</summary>
internal static class TagSets
{
    /// <summary>Reads tags; not trusted.</summary>
    public static TagSet Read(PlainReader reader, int most = 4096)
    {
        bool isPlain = reader.Bool();
        string[] names = reader.Strings();
        if (names.Length is < 2 || names.Length > most) throw reader.Damaged($"{names.Length} tags");
        return new TagSet(names, isPlain);
    }

    public static void Write(PlainWriter writer, TagSet tags)
    {
        writer.Bool(tags.IsPlain);
        writer.Strings(tags.Names);
    }

    public static void WriteChain(PlainWriter writer, Chain chain)
    {
        // Forbidden pairs follow from the tags; infinities do not stand in files.
        writer.Floats(Finite(chain.Transitions));
        writer.Floats(Finite(chain.Begins));
        writer.Floats(Finite(chain.Ends));
    }

    public static Chain ReadChain(PlainReader reader, TagSet tags)
    {
        float[] transitions = reader.Floats(tags.Count * tags.Count), begins = reader.Floats(tags.Count), ends = reader.Floats(tags.Count);
        foreach (float[] values in (float[][])[transitions, begins, ends])
            if (values.AsSpan().ContainsAnyExceptInRange(-1e6f, 1e6f)) throw reader.Damaged("a score of a pair of tags is not within ±1,000,000");
        return new Chain(tags, transitions, begins, ends);
    }

    private static float[] Finite(float[] values) => [.. values.Select(v => float.IsFinite(v) ? v : 0)];
}
