using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>WordPiece: from the left, always the longest piece that fits; a word that can't be spelled is the unknown token as a whole.</summary>
/// <remarks>Time O(units · longest piece). Source: Wu et al., arXiv:1609.08144, section 4.1; Devlin et al., arXiv:1810.04805.</remarks>
internal sealed class WordPieceModel : IPieceModel
{
    /// <summary>What marks pieces within a word, where nothing else is said.</summary>
    public const string DefaultPrefix = "##";

    /// <summary>Longest word that is looked at, in characters, where nothing else is said.</summary>
    public const int DefaultMaxWord = 100;

    private readonly string[] pieces;
    private readonly PieceTrie heads;
    private readonly PieceTrie tails;
    private readonly int unknown;

    /// <summary>A model of pieces by id, all different but for empty ones; <paramref name="unknownPiece"/> is one of them.</summary>
    public WordPieceModel(string[] pieces, string unknownPiece, string prefix = DefaultPrefix, int maxWord = DefaultMaxWord)
    {
        this.pieces = pieces;
        Unknown = unknownPiece;
        Prefix = prefix;
        MaxWord = maxWord;
        heads = new PieceTrie(pieces.Select((p, id) => (p, id)));
        tails = prefix.Length == 0 ? heads : new PieceTrie(pieces.Select((p, id) => (p, id)).Where(p => p.p.StartsWith(prefix, StringComparison.Ordinal)).Select(p => (p.p[prefix.Length..], p.id)));
        unknown = heads.Find(unknownPiece);
        if (unknown < 0) throw new ArgumentException($"The unknown token '{unknownPiece}' is no piece.", nameof(unknownPiece));
    }

    public IReadOnlyList<string> Pieces => pieces;

    public string Unknown { get; }

    /// <summary>What marks pieces within a word.</summary>
    public string Prefix { get; }

    /// <summary>Longest word in characters that is looked at; longer ones are the unknown token.</summary>
    public int MaxWord { get; }

    public int IdOf(ReadOnlySpan<char> piece) => heads.Find(piece);

    public void Encode(NormalizedText text, int start, int end, TokenBuffer tokens)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int before = tokens.Count;
        if (end - start > MaxWord && Characters(chars[start..end]) > MaxWord)
        {
            tokens.Add(unknown, text, start, end);
            return;
        }
        PieceTrie trie = heads;
        for (int at = start; at < end; trie = tails)
        {
            int id = -1, stop = at;
            int node = PieceTrie.Root;
            for (int i = at; i < end && (node = trie.Next(node, chars[i])) >= 0; i++)
            {
                if (trie.IdAt(node) is >= 0 and int found) (id, stop) = (found, i + 1);
            }
            if (id < 0)
            {
                tokens.CutTo(before);
                tokens.Add(unknown, text, start, end);
                return;
            }
            tokens.Add(id, text, at, stop);
            at = stop;
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "WordPiece");
        json.WriteString("unk_token", Unknown);
        json.WriteString("continuing_subword_prefix", Prefix);
        json.WriteNumber("max_input_chars_per_word", MaxWord);
        TokenizerJsonWriter.Vocabulary(json, pieces);
        json.WriteEndObject();
    }

    private static int Characters(ReadOnlySpan<char> word)
    {
        int count = word.Length;
        foreach (char c in word)
            if (char.IsLowSurrogate(c)) count--;
        return count;
    }
}
