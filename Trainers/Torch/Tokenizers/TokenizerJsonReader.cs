namespace MLPipes.Trainers.Torch;

/// <summary>Reads tokenizer.json, the file of Python's tokenizers; refuses by name what mlpipes does not have.</summary>
internal static class TokenizerJsonReader
{
    /// <summary>Largest id that any vocabulary may hold; the largest published ones have 250,000 to 1,000,000 pieces.</summary>
    public const int MaxId = 4_000_000;

    /// <summary>The definition in the bytes of a file.</summary>
    /// <param name="bytes">The file's content, not trusted.</param>
    /// <param name="file">Its name in messages.</param>
    /// <param name="special">Tokens with a meaning; null finds them by the post-processor and by their usual names.</param>
    /// <exception cref="BundleException">The file is damaged, or asks for a component that mlpipes does not have.</exception>
    public static TokenizerDefinition Read(ReadOnlyMemory<byte> bytes, string file, SpecialTokens? special = null)
    {
        JsonPart root = JsonPart.Parse(bytes, file);
        if (!root.IsObject) throw root.Error("it holds no object");
        IPieceModel model = TokenizerModels.Read(root["model"]);
        List<AddedToken> added = Added(root.Find("added_tokens"));
        CheckAdded(added, model, root);
        ITextNormalizer? normalizer = root.Find("normalizer") is { } n ? TokenizerNormalizers.Read(n) : null;
        ITextSplitter? splitter = root.Find("pre_tokenizer") is { } p ? TokenizerSplitters.Read(p) : null;
        PostProcessing post = PostProcessing.Read(root.Find("post_processor"));
        if (model is BpeModel && !TokenizerSplitters.IsByteLevel(splitter)) throw root.Unsupported("pre_tokenizer of a BPE model", "other than ByteLevel");
        if (model is not BpeModel && TokenizerSplitters.IsByteLevel(splitter)) throw root.Unsupported("pre_tokenizer of a model other than BPE", "ByteLevel");
        TokenizerDefinition definition = new(added, normalizer, splitter, model, new SpecialTokens(-1, -1, -1, -1, -1, false, false))
        {
            TrimsOffsets = model is BpeModel && post.TrimsOffsets,
            AddsPrefixBlank = post.AddsPrefixBlank,
        };
        return definition with { Special = special ?? SpecialTokenNames.None.Resolve(definition, post, file) };
    }

    /// <summary>What the file's post-processor says of sequences.</summary>
    public static PostProcessing PostProcessingOf(ReadOnlyMemory<byte> bytes, string file) => PostProcessing.Read(JsonPart.Parse(bytes, file).Find("post_processor"));

    private static List<AddedToken> Added(JsonPart? list)
    {
        List<AddedToken> added = [];
        if (list is not { } items) return added;
        foreach (JsonPart item in items.Items()) added.Add(AddedFrom(item, item["id"].Number(0, MaxId)));
        return added;
    }

    /// <summary>An added token as tokenizer.json and tokenizer_config.json describe it.</summary>
    public static AddedToken AddedFrom(JsonPart item, int id) => new(item["content"].Text(), id,
        IsSpecial: item.Find("special")?.Flag() ?? false,
        Normalized: item.Find("normalized")?.Flag() ?? !(item.Find("special")?.Flag() ?? false),
        SingleWord: item.Find("single_word")?.Flag() ?? false,
        StripsLeft: item.Find("lstrip")?.Flag() ?? false,
        StripsRight: item.Find("rstrip")?.Flag() ?? false);

    /// <summary>Refuses added tokens that are empty, stand twice, or share an id with another piece.</summary>
    public static void CheckAdded(IReadOnlyList<AddedToken> added, IPieceModel model, JsonPart where)
    {
        Dictionary<string, int> contents = new(StringComparer.Ordinal);
        HashSet<int> ids = [];
        foreach (AddedToken token in added)
        {
            if (token.Content.Length == 0) throw where.Error($"the added token with id {token.Id} is empty");
            if (!contents.TryAdd(token.Content, token.Id)) throw where.Error($"the added token '{token.Content}' stands twice");
            if (!ids.Add(token.Id)) throw where.Error($"two added tokens have the id {token.Id}");
            string piece = token.Id < model.Pieces.Count ? model.Pieces[token.Id] : "";
            if (piece.Length > 0 && piece != token.Content) throw where.Error($"the added token '{token.Content}' has the id {token.Id}, which is the piece '{piece}'");
            if (token.Id > model.Pieces.Count + 100_000) throw where.Error($"the added token '{token.Content}' has the id {token.Id}, far behind the {model.Pieces.Count} pieces");
            if (model.IdOf(token.Content) is >= 0 and int other && other != token.Id)
                throw where.Error($"the added token '{token.Content}' has the id {token.Id}, the piece of that name {other}");
        }
    }
}
