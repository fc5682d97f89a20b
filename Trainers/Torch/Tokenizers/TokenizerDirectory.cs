namespace MLPipes.Trainers.Torch;

/// <summary>Makes a tokenizer's definition of the older files: vocab.txt, vocab.json with merges.txt, SentencePiece models.</summary>
internal static class TokenizerDirectory
{
    private static readonly SpecialTokens none = new(-1, -1, -1, -1, -1, false, false);

    /// <summary>vocab.txt of the BERT family: a piece a line, by id.</summary>
    public static TokenizerDefinition WordPiece(TokenizerFiles files)
    {
        string path = files.PathOf("vocab.txt");
        string[] pieces = [.. files.Lines("vocab.txt")];
        if (pieces.Length == 0) throw new BundleException($"{path}: the vocabulary is empty. Copy the encoder's files again.");
        if (pieces.Length > TokenizerJsonReader.MaxId) throw new BundleException($"{path}: {pieces.Length} lines are no vocabulary. Copy the encoder's files again.");
        TokenizerModels.CheckDistinct(pieces, path);
        string unknown = files.Names.Unknown ?? (Array.IndexOf(pieces, "[UNK]") >= 0 ? "[UNK]" : "<unk>");
        IPieceModel model = TokenizerModels.WordPiece(pieces, unknown, path);
        ITextNormalizer normalizer = new BertNormalizer(CleanText: true, files.Flag("tokenize_chinese_chars") ?? true, files.Flag("strip_accents"), files.Flag("do_lower_case") ?? true);
        return WithSpecials(new TokenizerDefinition([], normalizer, new BertSplitter(), model, none), files, path);
    }

    /// <summary>vocab.json and merges.txt of RoBERTa.</summary>
    public static TokenizerDefinition ByteLevel(TokenizerFiles files)
    {
        string path = files.PathOf("merges.txt");
        string[] pieces = TokenizerModels.Vocabulary(files.Json("vocab.json")!.Value);
        List<(string Left, string Right)> merges = [];
        foreach (string line in files.Lines("merges.txt"))
        {
            if (line.StartsWith("#version", StringComparison.Ordinal) || line.Length == 0) continue;
            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw new BundleException($"{path}: line {merges.Count + 1} of the merges, '{(line.Length > 60 ? line[..60] : line)}', is not two pieces. Copy the encoder's files again.");
            merges.Add((left, right));
        }
        bool prefix = files.Flag("add_prefix_space") ?? false;
        TokenizerDefinition definition = new([], null, new ByteLevelSplitter(prefix, CutsWords: true), BpeModel.Of(pieces, merges, null, path), none) { TrimsOffsets = true, AddsPrefixBlank = prefix };
        return WithSpecials(definition, files, files.PathOf("vocab.json"));
    }

    /// <summary>sentencepiece.bpe.model of XLM-R or spiece.model of ALBERT.</summary>
    public static TokenizerDefinition SentencePiece(TokenizerFiles files, string name)
    {
        string path = files.PathOf(name);
        bool isAlbert = files.Kind.Contains("albert", StringComparison.Ordinal) || (name == "spiece.model" && files.Kind.Length == 0);
        bool isXlmRoberta = files.Kind.Contains("roberta", StringComparison.Ordinal) || (name != "spiece.model" && files.Kind.Length == 0);
        if (!isAlbert && !isXlmRoberta)
            throw new BundleException($"{path}: a SentencePiece model of the kind '{files.Kind}' is not supported. Give the directory's tokenizer.json as well, or take an encoder of the XLM-R or ALBERT kind.");
        SentencePieceFile file = SentencePieceFile.Read(files.Bytes(name), path);
        if (file.ModelType != 1) throw new BundleException($"{path}: the SentencePiece model is of type {file.ModelType}, not 1 (unigram). Give the directory's tokenizer.json as well.");
        return isAlbert
            ? SentencePieceConversion.Albert(file, path, files.Flag("do_lower_case") ?? true, files.Flag("keep_accents") ?? false)
            : SentencePieceConversion.XlmRoberta(file, path);
    }

    // Special tokens are found in a text as they are spelled; ids of others are as tokenizer_config.json or added_tokens.json have them.
    private static TokenizerDefinition WithSpecials(TokenizerDefinition definition, TokenizerFiles files, string path)
    {
        Dictionary<int, AddedToken> added = [];
        JsonPart? where = files.Json("added_tokens.json") ?? files.Settings;
        if (files.Json("added_tokens.json") is { } list)
            foreach ((string content, JsonPart id) in list.Members()) Put(new AddedToken(content, id.Number(0, TokenizerJsonReader.MaxId), IsSpecial: false, Normalized: true));
        if (files.Settings?.Find("added_tokens_decoder") is { } decoder)
        {
            foreach ((string id, JsonPart token) in decoder.Members())
                Put(TokenizerJsonReader.AddedFrom(token, int.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) && number <= TokenizerJsonReader.MaxId
                    ? number
                    : throw token.Error($"the id '{id}' of an added token is no number")));
        }
        definition = definition with { Added = [.. added.Values] };
        SpecialTokens special = files.Names.Resolve(definition, PostProcessing.None, path);
        // RoBERTa, XLM-R, ALBERT and MPNet take the blank before a mask; BERT does not.
        bool maskTakesBlank = special.DoubleSeparator;
        foreach (int id in (int[])[special.Pad, special.Unknown, special.Start, special.Separator, special.Mask])
        {
            if (id < 0 || added.ContainsKey(id)) continue;
            Put(new AddedToken(TokenizerJsonWriter.NameOf(definition, id), id, IsSpecial: true, StripsLeft: id == special.Mask && maskTakesBlank));
        }
        definition = definition with { Added = [.. added.Values], Special = special };
        if (where is { } file) TokenizerJsonReader.CheckAdded(definition.Added, definition.Model, file);
        return definition;

        void Put(AddedToken token) => added[token.Id] = token;
    }
}
