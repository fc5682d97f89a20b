namespace MLPipes.Trainers.Torch;

/// <summary>Names of the tokens with a meaning, as special_tokens_map.json and tokenizer_config.json give them; null where they do not.</summary>
internal sealed record SpecialTokenNames(string? Pad, string? Unknown, string? Start, string? Separator, string? Mask)
{
    /// <summary>No names: the usual ones count.</summary>
    public static SpecialTokenNames None { get; } = new(null, null, null, null, null);

    /// <summary>The names in a file's object; a name is a text, or an object with "content".</summary>
    public static SpecialTokenNames Read(JsonPart file) => new(Name(file, "pad_token"), Name(file, "unk_token"),
        Name(file, "cls_token") ?? Name(file, "bos_token"), Name(file, "sep_token") ?? Name(file, "eos_token"), Name(file, "mask_token"));

    /// <summary>These names, and those of <paramref name="rest"/> where these are missing.</summary>
    public SpecialTokenNames Or(SpecialTokenNames rest) =>
        new(Pad ?? rest.Pad, Unknown ?? rest.Unknown, Start ?? rest.Start, Separator ?? rest.Separator, Mask ?? rest.Mask);

    /// <summary>The tokens' ids in a vocabulary.</summary>
    /// <param name="definition">Vocabulary and added tokens.</param>
    /// <param name="post">What the post-processor says.</param>
    /// <param name="file">File to name in messages.</param>
    /// <exception cref="BundleException">A token that sequences need is not in the vocabulary.</exception>
    public SpecialTokens Resolve(TokenizerDefinition definition, PostProcessing post, string file)
    {
        string? start = post.SaysSequences ? post.Start : Start ?? First("[CLS]", "<s>");
        string? separator = post.SaysSequences ? post.Separator : Separator ?? First("[SEP]", "</s>");
        string? unknown = definition.Model.Unknown ?? Unknown ?? First("[UNK]", "<unk>");
        // RoBERTa, XLM-R and MPNet open with <s>, separate pairs twice and have no types; all others are like BERT.
        bool isLikeRoberta = start == "<s>";
        return new SpecialTokens(Optional(Pad ?? First("[PAD]", "<pad>")), Optional(unknown), Needed(start), Needed(separator),
            Optional(Mask ?? First("[MASK]", "<mask>")), post.DoubleSeparator ?? isLikeRoberta, post.UsesTypeIds ?? !isLikeRoberta);

        string? First(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
                if (Optional(name) >= 0) return name;
            return null;
        }

        int Optional(string? name)
        {
            if (name is null) return -1;
            foreach (AddedToken token in definition.Added)
                if (token.Content == name) return token.Id;
            return definition.Model.IdOf(name);
        }

        int Needed(string? name) => name is null ? -1 : Optional(name) is >= 0 and int id
            ? id
            : throw new BundleException($"{file}: the special token '{name}' is none of the vocabulary's {definition.Model.Pieces.Count} pieces. The vocabulary and the tokenizer's other files do not belong together; copy the encoder's files again.");
    }

    private static string? Name(JsonPart file, string name)
    {
        if (file.Find(name) is not { } value) return null;
        return value.IsText ? value.Text() : value["content"].Text();
    }
}
