using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Byte-pair encoding: of all neighbours in a word, the pair whose merge was learned first is merged, until none is left.</summary>
/// <remarks>Time O(n log n) for a word of n units. Source: Sennrich et al., ACL 2016; on bytes: Radford et al., GPT-2.</remarks>
internal sealed class BpeModel : IPieceModel
{
    private readonly string[] pieces;
    private readonly IReadOnlyList<(string Left, string Right)> merges;
    private readonly PieceTrie trie;
    private readonly Dictionary<ulong, (int Rank, int Id)> ranks;
    private readonly int unknown;
    private readonly bool takesWholeWords;

    private BpeModel(string[] pieces, IReadOnlyList<(string Left, string Right)> merges, PieceTrie trie, Dictionary<ulong, (int Rank, int Id)> ranks, string? unknownPiece, bool takesWholeWords)
    {
        this.pieces = pieces;
        this.merges = merges;
        this.trie = trie;
        this.ranks = ranks;
        this.takesWholeWords = takesWholeWords;
        Unknown = unknownPiece;
        unknown = unknownPiece is null ? -1 : trie.Find(unknownPiece);
    }

    public IReadOnlyList<string> Pieces => pieces;

    public string? Unknown { get; }

    /// <summary>Pairs in the order in which they were learned.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges => merges;

    /// <summary>A model of pieces by id and merges in order; the merges' sides and results must be pieces.</summary>
    /// <exception cref="BundleException">They are not.</exception>
    public static BpeModel Of(string[] pieces, IReadOnlyList<(string Left, string Right)> merges, string? unknown, string file, bool takesWholeWords = false)
    {
        PieceTrie trie = new(pieces.Select((p, id) => (p, id)));
        Dictionary<ulong, (int Rank, int Id)> ranks = new(merges.Count);
        for (int i = 0; i < merges.Count; i++)
        {
            (string left, string right) = merges[i];
            int l = Known(left, i), r = Known(right, i), merged = Known(left + right, i);
            if (!ranks.TryAdd(Pair(l, r), (i, merged))) throw Bad($"merge {i} ('{left} {right}') stands twice");
        }
        if (unknown is not null && trie.Find(unknown) < 0) throw Bad($"the unknown token '{unknown}' is none of its pieces");
        return new BpeModel(pieces, merges, trie, ranks, unknown, takesWholeWords);

        int Known(string piece, int merge) => trie.Find(piece) is >= 0 and int id
            ? id
            : throw Bad($"merge {merge} names '{piece}', which is none of the {pieces.Length} pieces");

        BundleException Bad(string problem) => new($"{file}: {problem}. The vocabulary and the merges do not belong together; copy the encoder's files again.");
    }

    public int IdOf(ReadOnlySpan<char> piece) => trie.Find(piece);

    public void Encode(NormalizedText text, int start, int end, TokenBuffer tokens)
    {
        if (takesWholeWords && trie.Find(text.Chars[start..end]) is >= 0 and int whole)
        {
            tokens.Add(whole, text, start, end);
            return;
        }
        MergeWork work = tokens.Merge;
        work.Begin(end - start);
        for (int i = start; i < end; i++)
        {
            int node = trie.Next(PieceTrie.Root, text.Chars[i]);
            int id = node < 0 ? -1 : trie.IdAt(node);
            if (id < 0) id = unknown;
            // Without an unknown token, what can't be spelled is left out, as Python's tokenizers do.
            if (id >= 0) work.Add(id, i, i + 1);
        }
        work.Merge(ranks);
        for (int symbol = work.First; symbol >= 0; symbol = work.After(symbol))
            tokens.Add(work.IdAt(symbol), text, work.StartAt(symbol), work.EndAt(symbol));
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        if (Unknown is null) json.WriteNull("unk_token");
        else json.WriteString("unk_token", Unknown);
        json.WriteString("continuing_subword_prefix", "");
        json.WriteString("end_of_word_suffix", "");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", takesWholeWords);
        TokenizerJsonWriter.Vocabulary(json, pieces);
        json.WriteStartArray("merges");
        foreach ((string left, string right) in merges) json.WriteStringValue($"{left} {right}");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Two ids as one key.</summary>
    public static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;
}
