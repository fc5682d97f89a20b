using System.Text;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>Writes SentencePiece model files for tests, field by field.</summary>
internal sealed class SentencePieceWriter
{
    private readonly MemoryStream model = new();

    public SentencePieceWriter Piece(string piece, float score, int kind = 1)
    {
        using MemoryStream message = new();
        Field(message, 1, Encoding.UTF8.GetBytes(piece));
        message.WriteByte((2 << 3) | 5);
        message.Write(BitConverter.GetBytes(score));
        message.WriteByte((3 << 3) | 0);
        Varint(message, (ulong)kind);
        Field(model, 1, message.ToArray());
        return this;
    }

    public byte[] Bytes(int unknown = 0, byte[]? map = null)
    {
        using MemoryStream trainer = new(), normalizer = new();
        trainer.WriteByte((3 << 3) | 0);
        Varint(trainer, 1);
        Varint(trainer, (40 << 3) | 0);
        Varint(trainer, (ulong)unknown);
        Field(model, 2, trainer.ToArray());
        Field(normalizer, 1, "nmt_nfkc"u8.ToArray());
        if (map is not null) Field(normalizer, 2, map);
        Field(model, 3, normalizer.ToArray());
        return model.ToArray();
    }

    private static void Field(Stream stream, int number, byte[] content)
    {
        Varint(stream, (ulong)((number << 3) | 2));
        Varint(stream, (ulong)content.Length);
        stream.Write(content);
    }

    private static void Varint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}

/// <summary>Builds precompiled character maps for tests: a double-array tree as darts-clone lays it out, and the texts.</summary>
internal sealed class CharacterMapBuilder
{
    private readonly SortedDictionary<string, (byte[] Key, int Text)> keys = new(StringComparer.Ordinal);
    private readonly MemoryStream texts = new();
    private readonly uint[] units = new uint[1 << 12];
    private readonly bool[] used = new bool[1 << 12];

    public CharacterMapBuilder Add(string from, string to)
    {
        keys.Add(from, (Encoding.UTF8.GetBytes(from), (int)texts.Length));
        texts.Write(Encoding.UTF8.GetBytes(to));
        texts.WriteByte(0);
        return this;
    }

    public byte[] Bytes()
    {
        used[0] = true;
        Place(0, [.. keys.Values], 0);
        using MemoryStream map = new();
        map.Write(BitConverter.GetBytes((uint)(units.Length * 4)));
        foreach (uint unit in units) map.Write(BitConverter.GetBytes(unit));
        texts.WriteTo(map);
        return map.ToArray();
    }

    // A node at p with its children at b ^ label has the offset p ^ b; label 0 is the value of a key that ends there.
    private void Place(int node, (byte[] Key, int Text)[] below, int depth)
    {
        int[] labels = [.. below.Select(k => k.Key.Length == depth ? 0 : k.Key[depth]).Distinct()];
        int place = 1;
        while (labels.Any(l => used[place ^ l])) place++;
        units[node] |= (uint)(node ^ place) << 10;
        foreach (int label in labels) used[place ^ label] = true;
        foreach (int label in labels)
        {
            (byte[] Key, int Text)[] group = [.. below.Where(k => (k.Key.Length == depth ? 0 : k.Key[depth]) == label)];
            if (label == 0)
            {
                units[node] |= 1u << 8;
                units[place] = (1u << 31) | (uint)group[0].Text;
                continue;
            }
            units[place ^ label] = (uint)label;
            Place(place ^ label, group, depth + 1);
        }
    }
}
