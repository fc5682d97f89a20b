using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>Makes the tokenizers of XLM-R and ALBERT of a SentencePiece model, as Python's transformers convert them.</summary>
internal static class SentencePieceConversion
{
    /// <summary>XLM-R: fairseq's four tokens come first, so that all pieces behind the model's own three move up by one, and the mask is the last.</summary>
    public static TokenizerDefinition XlmRoberta(SentencePieceFile file, string name)
    {
        if (file.Pieces.Length < 4) throw new BundleException($"{name}: {file.Pieces.Length} pieces are no XLM-R vocabulary. Copy the encoder's files again.");
        string[] pieces = ["<s>", "<pad>", "</s>", "<unk>", .. file.Pieces[3..], "<mask>"];
        double[] scores = [0, 0, 0, 0, .. file.Scores[3..], 0];
        IPieceModel model = UnigramModel.Of(pieces, scores, 3, name);
        ITextNormalizer[] steps = [.. Map(file, name), new StripNormalizer(Left: false, Right: true), new ReplaceNormalizer(ReplaceNormalizer.BlankRun, IsBlankRun: true, "\u2581")];
        AddedToken[] added = [Special("<s>", 0), Special("<pad>", 1), Special("</s>", 2), Special("<unk>", 3), Special("<mask>", pieces.Length - 1) with { StripsLeft = true }];
        return new TokenizerDefinition(added, new SequenceNormalizer(steps), Words(), model, new SpecialTokens(1, 3, 0, 2, pieces.Length - 1, DoubleSeparator: true, UsesTypeIds: false));
    }

    /// <summary>ALBERT: quotes unified, accents stripped and capitals lowered as its configuration says; pieces such as "9," are avoided.</summary>
    public static TokenizerDefinition Albert(SentencePieceFile file, string name, bool lowercase, bool keepsAccents)
    {
        double[] scores = [.. file.Scores.Select((s, i) => EndsInNumberComma(file.Pieces[i]) ? s - 100 : s)];
        IPieceModel model = UnigramModel.Of(file.Pieces, scores, file.UnknownId, name);
        List<ITextNormalizer> steps = [new ReplaceNormalizer("``", IsBlankRun: false, "\""), new ReplaceNormalizer("''", IsBlankRun: false, "\"")];
        if (!keepsAccents) steps.AddRange(new UnicodeNormalizer(NormalizationForm.FormKD), new StripAccentsNormalizer());
        if (lowercase) steps.Add(new LowercaseNormalizer());
        steps.AddRange([.. Map(file, name)]);
        steps.Add(new ReplaceNormalizer(ReplaceNormalizer.BlankRun, IsBlankRun: true, " "));
        List<AddedToken> added = [];
        for (int id = 0; id < file.Pieces.Length; id++)
        {
            string piece = file.Pieces[id];
            if (file.Kinds[id] is SentencePieceFile.Control or SentencePieceFile.UserDefined || piece is "<pad>" or "<unk>" or "[CLS]" or "[SEP]" or "[MASK]")
                added.Add(Special(piece, id) with { IsSpecial = file.Kinds[id] != SentencePieceFile.UserDefined || piece is "[CLS]" or "[SEP]" or "[MASK]", StripsLeft = piece == "[MASK]" });
        }
        TokenizerDefinition definition = new(added, new SequenceNormalizer(steps), Words(), model, new SpecialTokens(-1, -1, -1, -1, -1, false, false));
        return definition with { Special = SpecialTokenNames.None.Resolve(definition, PostProcessing.None, name) };
    }

    private static IEnumerable<ITextNormalizer> Map(SentencePieceFile file, string name) => file.CharacterMap.Length == 0 ? [] : [PrecompiledNormalizer.Of(file.CharacterMap, name)];

    private static MetaspaceSplitter Words() => new('\u2581', BlankPrefix.Always, CutsWords: true);

    private static AddedToken Special(string content, int id) => new(content, id, IsSpecial: true);

    // transformers, check_number_comma: ALBERT cuts the comma off a number.
    private static bool EndsInNumberComma(string piece) => piece.Length >= 2 && piece[^1] == ',' && char.IsDigit(piece[^2]);
}
