using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>SentencePiece's character map: a double-array tree of UTF-8 sequences and the texts that take their place.</summary>
/// <remarks>
/// The map is 4 bytes of length, the tree's units (uint32, little-endian) and texts ended by 0. A grapheme of less than 6 bytes is
/// replaced by what its shortest mapped beginning maps to, else each character by itself: what Python's tokenizers do, oddities included.
/// Source: Kudo and Richardson, EMNLP 2018; tree format: darts-clone.
/// </remarks>
internal sealed class PrecompiledNormalizer : ITextNormalizer
{
    private const int MaxGraphemeBytes = 6;

    private readonly byte[] map;
    private readonly uint[] units;
    private readonly int textsAt;

    private PrecompiledNormalizer(byte[] map, uint[] units, int textsAt)
    {
        this.map = map;
        this.units = units;
        this.textsAt = textsAt;
    }

    /// <summary>A normalizer of a map that is not trusted.</summary>
    /// <exception cref="BundleException">Its lengths do not hold.</exception>
    public static PrecompiledNormalizer Of(byte[] map, string file)
    {
        uint size = map.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(map) : 0;
        if (size == 0 || size % 4 != 0 || size > map.Length - 4)
            throw new BundleException($"{file}: the precompiled character map of {map.Length} bytes promises a tree of {size}. Copy the encoder's files again.");
        uint[] units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++) units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan(4 + (4 * i)));
        return new PrecompiledNormalizer(map, units, 4 + (int)size);
    }

    public void Apply(NormalizedText text)
    {
        NormalizedText.Before before = text.Rewrite();
        for (int at = 0; at < before.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(before.Chars[at..]);
            if (Encoding.UTF8.GetByteCount(before.Chars.Slice(at, length)) < MaxGraphemeBytes && Map(text, before, at, at + length))
            {
                at += length;
                continue;
            }
            for (int end = at + length; at < end;)
            {
                int width = before.RuneAt(at).Utf16SequenceLength;
                if (!Map(text, before, at, at + width)) text.Append(before, at, at + width);
                at += width;
            }
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Precompiled");
        json.WriteBase64String("precompiled_charsmap", map);
        json.WriteEndObject();
    }

    // Each new character gets the place of the old one at its position; those beyond get the last one's.
    private bool Map(NormalizedText text, in NormalizedText.Before before, int start, int end)
    {
        Span<byte> utf8 = stackalloc byte[16];
        int bytes = Encoding.UTF8.GetBytes(before.Chars[start..end], utf8);
        int found = ShortestPrefix(utf8[..bytes]);
        if (found < 0) return false;
        int old = start;
        ReadOnlySpan<byte> mapped = TextAt(found);
        while (!mapped.IsEmpty)
        {
            // A byte that is no UTF-8 becomes U+FFFD, one at a time.
            Rune.DecodeFromUtf8(mapped, out Rune rune, out int used);
            mapped = mapped[used..];
            int place = Math.Min(old, end - 1);
            text.Append(rune, before.Starts[place], before.Ends[place]);
            if (old < end) old += before.RuneAt(old).Utf16SequenceLength;
        }
        return true;
    }

    private int ShortestPrefix(ReadOnlySpan<byte> key)
    {
        uint node = Offset(units[0]);
        foreach (byte b in key)
        {
            if (b == 0) return -1;
            node ^= b;
            if (node >= units.Length) return -1;
            uint unit = units[node];
            if ((unit & ((1u << 31) | 0xFF)) != b) return -1;
            node ^= Offset(unit);
            if (node >= units.Length) return -1;
            if (((unit >> 8) & 1) == 1) return (int)(units[node] & ((1u << 31) - 1));
        }
        return -1;
    }

    private ReadOnlySpan<byte> TextAt(int offset)
    {
        if (offset > map.Length - textsAt) return [];
        ReadOnlySpan<byte> rest = map.AsSpan(textsAt + offset);
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);
}
