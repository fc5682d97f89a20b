namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Tokenizers with small fixed vocabularies, one of each kind, whose ids the Rust library behind Python's tokenizers gave as well.</summary>
internal static class ReferenceVocabularies
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static IReadOnlyList<(string Name, ITextTokenizer Tokenizer)> All { get; } =
    [
        ("word-piece", WordPiece(lowercase: true)), ("word-piece-cased", WordPiece(lowercase: false)),
        ("byte-level", ByteLevelTests.Small()), ("byte-level-prefix", ByteLevelTests.Small(prefix: true)),
        ("xlm-roberta", SentencePiece("sentencepiece.bpe.model", Unigram(["<unk>", "<s>", "</s>"], 0))),
        ("albert", SentencePiece("spiece.model", Unigram(["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"], 1))),
    ];

    private static TextTokenizer WordPiece(bool lowercase)
    {
        string[] pieces =
        [
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Letters.Select(c => c.ToString()), .. Letters.Select(c => $"##{c}"), "low", "##er", "Low", "B", "##B", "中",
            "\u1100", "##\u1161", "##\u11A8", "ﬁ", "##ﬁ", "é", "##é", "i", "##\u0307", "'", "[", "]", "<", ">", "##", "#", "-", "«", ",", "½", "😀", "م", "##ر", "##ح", "##ب", "##ا",
        ];
        pieces = [.. pieces.Distinct()];
        AddedToken[] added = [.. pieces.Take(5).Select((p, id) => new AddedToken(p, id, IsSpecial: true))];
        return new TextTokenizer(new TokenizerDefinition(added, new BertNormalizer(CleanText: true, SpaceIdeographs: true, StripAccents: null, lowercase), new BertSplitter(),
            new WordPieceModel(pieces, "[UNK]"), new SpecialTokens(0, 1, 2, 3, 4, DoubleSeparator: false, UsesTypeIds: true)));
    }

    private static byte[] Unigram(string[] control, int unknown)
    {
        SentencePieceWriter writer = new();
        for (int i = 0; i < control.Length; i++) writer.Piece(control[i], 0, i == unknown ? 2 : 3);
        string[] pieces = ["▁", "▁low", "er", "▁B", "▁a", "fi", "é", "▁é", "e", "'s", "▁'", "'", "\"", "9,", "9", ",", "▁中", "中", "1", "2", "⁄", "▁1", "abc", "x", "▁x", "··", .. Letters.Select(c => c.ToString())];
        float score = -2;
        foreach (string piece in pieces.Distinct()) writer.Piece(piece, score -= 0.0625f);
        byte[] map = new CharacterMapBuilder().Add("ﬁ", "fi").Add("①", "1").Add("e\u0301", "é").Add("\u200B", "").Add("\u3000", " ").Add("\n", " ").Add("\t", " ")
            .Add("\u00A0", " ").Add("ﷺ", "abc x").Add("½", "1⁄2").Bytes();
        return writer.Bytes(unknown, map);
    }

    private static ITextTokenizer SentencePiece(string file, byte[] model)
    {
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At(file), model);
        return Tokenizers.Load(scratch.Path);
    }
}
