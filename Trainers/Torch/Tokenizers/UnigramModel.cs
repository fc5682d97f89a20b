using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Unigram language model: of all ways to cut a word into pieces, the likeliest.</summary>
/// <remarks>
/// Viterbi's search, O(units · longest piece). A character without a piece of its own is unknown at the worst score less 10,
/// and unknown neighbours are one token. Source: Kudo, ACL 2018; SentencePiece's unigram_model.cc for the penalty.
/// </remarks>
internal sealed class UnigramModel : IPieceModel
{
    private const double UnknownPenalty = 10;

    private readonly string[] pieces;
    private readonly double[] scores;
    private readonly PieceTrie trie;
    private readonly int unknown;
    private readonly double unknownScore;
    private readonly int[]? bytes;

    private UnigramModel(string[] pieces, double[] scores, int? unknown, PieceTrie trie, int[]? bytes)
    {
        this.pieces = pieces;
        this.scores = scores;
        this.trie = trie;
        this.bytes = bytes;
        this.unknown = unknown ?? -1;
        unknownScore = scores.Min() - UnknownPenalty;
    }

    public IReadOnlyList<string> Pieces => pieces;

    public string? Unknown => unknown < 0 ? null : pieces[unknown];

    /// <summary>A model of pieces and their log-probabilities by id.</summary>
    /// <exception cref="BundleException">A piece stands twice, ids do not exist, or bytes lack pieces though they are asked for.</exception>
    public static UnigramModel Of(string[] pieces, double[] scores, int? unknown, string file, bool spellsBytes = false)
    {
        if (pieces.Length == 0) throw Bad("the vocabulary is empty");
        if (unknown >= pieces.Length) throw Bad($"unk_id is {unknown} with {pieces.Length} pieces");
        TokenizerModels.CheckDistinct(pieces, file);
        PieceTrie trie = new(pieces.Select((p, id) => (p, id)));
        int[]? bytes = null;
        if (spellsBytes)
        {
            bytes = [.. Enumerable.Range(0, 256).Select(b => trie.Find(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>")))];
            if (Array.IndexOf(bytes, -1) is >= 0 and int missing) throw Bad(string.Create(CultureInfo.InvariantCulture, $"byte_fallback is on, but there is no piece <0x{missing:X2}>"));
        }
        return new UnigramModel(pieces, scores, unknown, trie, bytes);

        BundleException Bad(string problem) => new($"{file}: {problem}. Copy the encoder's files again.");
    }

    public int IdOf(ReadOnlySpan<char> piece) => trie.Find(piece);

    public void Encode(NormalizedText text, int start, int end, TokenBuffer tokens)
    {
        ReadOnlySpan<char> word = text.Chars[start..end];
        PathWork path = tokens.Path;
        path.Begin(word.Length);
        for (int at = 0; at < word.Length;)
        {
            int width = char.IsHighSurrogate(word[at]) ? 2 : 1;
            double here = path.Score[at];
            bool single = false;
            int node = PieceTrie.Root;
            for (int i = at; i < word.Length && (node = trie.Next(node, word[i])) >= 0; i++)
            {
                int id = trie.IdAt(node);
                if (id < 0) continue;
                path.Offer(at, i + 1, id, here + scores[id]);
                single |= i + 1 == at + width;
            }
            if (!single) path.Offer(at, at + width, unknown, here + unknownScore);
            at += width;
        }
        foreach ((int from, int to, int id) in path.Trace(word.Length, unknown)) Emit(id, text, start + from, start + to, tokens);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Unigram");
        if (unknown < 0) json.WriteNull("unk_id");
        else json.WriteNumber("unk_id", unknown);
        json.WriteStartArray("vocab");
        for (int i = 0; i < pieces.Length; i++)
        {
            json.WriteStartArray();
            json.WriteStringValue(pieces[i]);
            json.WriteNumberValue(scores[i]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteBoolean("byte_fallback", bytes is not null);
        json.WriteEndObject();
    }

    private void Emit(int id, NormalizedText text, int start, int end, TokenBuffer tokens)
    {
        // A run of unknown characters may spell a piece all the same (one that is written in the text, such as "<unk>" itself).
        if (id == unknown && trie.Find(text.Chars[start..end]) is >= 0 and int spelled) id = spelled;
        else if (id == unknown && bytes is not null)
        {
            Span<byte> utf8 = stackalloc byte[4];
            for (int i = start; i < end;)
            {
                Rune rune = char.IsHighSurrogate(text.Chars[i]) ? new Rune(text.Chars[i], text.Chars[i + 1]) : new Rune(text.Chars[i]);
                int count = rune.EncodeToUtf8(utf8);
                for (int b = 0; b < count; b++) tokens.Add(bytes[utf8[b]], text, start, end);
                i += rune.Utf16SequenceLength;
            }
            return;
        }
        // Without an unknown token, what can't be spelled is left out.
        if (id >= 0) tokens.Add(id, text, start, end);
    }
}
