namespace MLPipes.Trainers.Torch;

/// <summary>Reads the "model" of a tokenizer.json: WordPiece, BPE or Unigram.</summary>
internal static class TokenizerModels
{
    private const int MaxPieceUnits = 10_000;

    public static IPieceModel Read(JsonPart model)
    {
        // Old files leave the type out; what the members are tells it.
        string type = model.Find("type")?.Text()
            ?? (model.Find("merges") is not null ? "BPE" : model.Find("vocab") is { IsList: true } ? "Unigram" : "WordPiece");
        return type switch
        {
            "WordPiece" => WordPiece(model),
            "BPE" => Bpe(model),
            "Unigram" => Unigram(model),
            _ => throw model.Unsupported("model", type),
        };
    }

    /// <summary>Pieces by id from an object of ids by piece.</summary>
    public static string[] Vocabulary(JsonPart vocabulary)
    {
        List<(string Piece, int Id)> entries = [];
        foreach ((string piece, JsonPart id) in vocabulary.Members())
            entries.Add((piece, id.Number(0, TokenizerJsonReader.MaxId)));
        if (entries.Count == 0) throw vocabulary.Error("the vocabulary is empty");
        int size = entries.Max(e => e.Id) + 1;
        // Some vocabularies leave a few ids out; one that leaves most out is damaged, and no memory is set aside for it.
        if (size > (4 * entries.Count) + 10_000) throw vocabulary.Error($"the largest id is {size - 1} with only {entries.Count} pieces");
        string[] pieces = new string[size];
        foreach ((string piece, int id) in entries)
        {
            if (piece.Length == 0) throw vocabulary.Error($"the piece with id {id} is empty");
            if (piece.Length > MaxPieceUnits) throw vocabulary.Error($"the piece with id {id} is {piece.Length} characters long");
            if (pieces[id] is { } other) throw vocabulary.Error($"the pieces '{other}' and '{piece}' share the id {id}");
            pieces[id] = piece;
        }
        for (int i = 0; i < pieces.Length; i++) pieces[i] ??= "";
        CheckDistinct(pieces, vocabulary.File);
        return pieces;
    }

    /// <summary>Refuses a vocabulary in which a piece stands twice.</summary>
    public static void CheckDistinct(string[] pieces, string file)
    {
        Dictionary<string, int> seen = new(pieces.Length, StringComparer.Ordinal);
        for (int i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Length == 0 || seen.TryAdd(pieces[i], i)) continue;
            throw new BundleException($"{file}: the piece '{pieces[i]}' stands twice, with the ids {seen[pieces[i]]} and {i}. Copy the encoder's files again.");
        }
    }

    /// <summary>A WordPiece model, checked.</summary>
    public static WordPieceModel WordPiece(string[] pieces, string unknown, string file, string prefix = WordPieceModel.DefaultPrefix, int maxWord = WordPieceModel.DefaultMaxWord) =>
        Array.IndexOf(pieces, unknown) >= 0
            ? new WordPieceModel(pieces, unknown, prefix, maxWord)
            : throw new BundleException($"{file}: the unknown token '{unknown}' is none of its {pieces.Length} pieces. The vocabulary and the tokenizer's other files do not belong together; copy the encoder's files again.");

    private static WordPieceModel WordPiece(JsonPart model) => WordPiece(Vocabulary(model["vocab"]), model["unk_token"].Text(), model.File,
        model.Find("continuing_subword_prefix")?.Text() ?? WordPieceModel.DefaultPrefix,
        model.Find("max_input_chars_per_word")?.Number(1, int.MaxValue) ?? WordPieceModel.DefaultMaxWord);

    private static BpeModel Bpe(JsonPart model)
    {
        foreach (string part in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
            if (model.Find(part)?.Text() is { Length: > 0 } text) throw model.Unsupported($"{part} of a BPE model", text);
        if (model.Find("byte_fallback")?.Flag() == true) throw model.Unsupported("byte_fallback of a BPE model", "true");
        string[] pieces = Vocabulary(model["vocab"]);
        List<(string Left, string Right)> merges = [];
        foreach (JsonPart merge in model["merges"].Items())
        {
            string[] sides = merge.IsText ? merge.Text().Split(' ') : [.. merge.Items().Select(m => m.Text())];
            if (sides is not [{ Length: > 0 } left, { Length: > 0 } right]) throw merge.Error($"merge {merges.Count} is not two pieces");
            merges.Add((left, right));
        }
        return BpeModel.Of(pieces, merges, model.Find("unk_token")?.Text(), model.File, model.Find("ignore_merges")?.Flag() ?? false);
    }

    private static UnigramModel Unigram(JsonPart model)
    {
        List<string> pieces = [];
        List<double> scores = [];
        foreach (JsonPart entry in model["vocab"].Items())
        {
            JsonPart[] pair = [.. entry.Items()];
            if (pair.Length != 2) throw entry.Error($"piece {pieces.Count} is no pair of a text and a number");
            pieces.Add(pair[0].Text());
            scores.Add(pair[1].Real());
            if (pieces[^1].Length > MaxPieceUnits) throw entry.Error($"piece {pieces.Count - 1} is {pieces[^1].Length} characters long");
            if (pieces.Count > TokenizerJsonReader.MaxId) throw entry.Error($"it has more than {TokenizerJsonReader.MaxId} pieces");
        }
        int? unknown = model.Find("unk_id")?.Number(0, TokenizerJsonReader.MaxId);
        return UnigramModel.Of([.. pieces], [.. scores], unknown, model.File, model.Find("byte_fallback")?.Flag() ?? false);
    }
}
