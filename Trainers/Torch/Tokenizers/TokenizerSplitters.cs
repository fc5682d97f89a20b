namespace MLPipes.Trainers.Torch;

/// <summary>Reads the "pre_tokenizer" of a tokenizer.json.</summary>
internal static class TokenizerSplitters
{
    private const int MaxNested = 32;

    public static ITextSplitter Read(JsonPart part)
    {
        string type = part["type"].Text();
        switch (type)
        {
            case "BertPreTokenizer":
                return new BertSplitter();
            case "WhitespaceSplit":
                return new BlankSplitter();
            case "ByteLevel":
                return new ByteLevelSplitter(part.Find("add_prefix_space")?.Flag() ?? true, part.Find("use_regex")?.Flag() ?? true);
            case "Metaspace":
                return Metaspace(part);
            case "Sequence":
                ITextSplitter[] steps = [.. part["pretokenizers"].Items().Select(Read)];
                return steps.Length <= MaxNested ? new SequenceSplitter(steps) : throw part.Error($"a sequence of {steps.Length} pre_tokenizers");
            default:
                throw part.Unsupported("pre_tokenizer", type);
        }
    }

    /// <summary>Whether a splitter spells text by bytes.</summary>
    public static bool IsByteLevel(ITextSplitter? splitter) => splitter is ByteLevelSplitter || (splitter is SequenceSplitter sequence && sequence.Steps.Any(IsByteLevel));

    private static MetaspaceSplitter Metaspace(JsonPart part)
    {
        string replacement = part.Find("replacement")?.Text() ?? "\u2581";
        if (replacement.Length != 1 || char.IsSurrogate(replacement[0])) throw part.Unsupported("Metaspace replacement", replacement);
        // Old files say add_prefix_space, new ones prepend_scheme.
        string scheme = part.Find("prepend_scheme")?.Text() ?? (part.Find("add_prefix_space")?.Flag() ?? true ? "always" : "never");
        BlankPrefix prefix = scheme switch
        {
            "always" => BlankPrefix.Always,
            "first" => BlankPrefix.First,
            "never" => BlankPrefix.Never,
            _ => throw part.Unsupported("Metaspace prepend_scheme", scheme),
        };
        return new MetaspaceSplitter(replacement[0], prefix, part.Find("split")?.Flag() ?? true);
    }
}
