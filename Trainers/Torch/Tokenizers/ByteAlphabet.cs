using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>The 256 bytes as printable characters, by which byte-level vocabularies spell them.</summary>
/// <remarks>Bytes that Latin-1 prints are themselves, the others U+0100 onwards in order. Source: Radford et al., GPT-2, bytes_to_unicode.</remarks>
internal static class ByteAlphabet
{
    /// <summary>The blank's spelling.</summary>
    public const char Blank = '\u0120';

    private static readonly char[] letters = Build();

    /// <summary>The spelling of each byte.</summary>
    public static ReadOnlySpan<char> Letters => letters;

    /// <summary>The spelling of a text's UTF-8 bytes.</summary>
    public static string Spell(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => letters[b]));

    private static char[] Build()
    {
        char[] built = new char[256];
        int next = 256;
        for (int b = 0; b < 256; b++)
            built[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)next++;
        return built;
    }
}
