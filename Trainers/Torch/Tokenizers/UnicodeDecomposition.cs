using System.Globalization;
using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>What characters decompose into and compose to (Unicode Standard Annex 15), from a table of its own.</summary>
/// <remarks>.NET's own normalization returns its input in the invariant mode that mlpipes and many containers run in, without a word.</remarks>
internal sealed class UnicodeDecomposition
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, LeadFirst = 0x1100, VowelFirst = 0x1161, TailBase = 0x11A7, Vowels = 21, Tails = 28;

    private static readonly Lazy<UnicodeDecomposition> table = new(() => new UnicodeDecomposition());

    private readonly Dictionary<int, int[]> canonical = [];
    private readonly Dictionary<int, int[]> compatible = [];
    private readonly Dictionary<(int, int), int> composites = [];
    private readonly Dictionary<int, byte> classes = [];

    private UnicodeDecomposition()
    {
        using Stream stream = typeof(UnicodeDecomposition).Assembly.GetManifestResourceStream("UnicodeDecompositions.txt")
            ?? throw new InvalidOperationException("UnicodeDecompositions.txt must be embedded.");
        using StreamReader reader = new(stream, Encoding.ASCII);
        List<(int Character, int[] Parts)> composed = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            int at = line.AsSpan().IndexOfAny("=:~-");
            int character = Hex(line.AsSpan(0, at));
            if (line[at] == '-')
            {
                int end = line.IndexOf('@');
                byte rank = byte.Parse(line.AsSpan(end + 1), CultureInfo.InvariantCulture);
                for (int c = character; c <= Hex(line.AsSpan(at + 1, end - at - 1)); c++) classes[c] = rank;
                continue;
            }
            int[] parts = [.. line[(at + 1)..].Split(' ').Select(p => Hex(p))];
            (line[at] == '~' ? compatible : canonical)[character] = parts;
            if (line[at] == '=') composed.Add((character, parts));
        }
        // Compositions go two by two: the last mark joins what the ones before it make, which is a character of its own.
        Dictionary<string, int> whole = composed.ToDictionary(c => string.Join(' ', c.Parts), c => c.Character);
        foreach ((int character, int[] parts) in composed)
        {
            int head = parts.Length == 2 ? parts[0] : whole.GetValueOrDefault(string.Join(' ', parts[..^1]), -1);
            if (head >= 0) composites[(head, parts[^1])] = character;
        }
    }

    /// <summary>The one table, read at its first use.</summary>
    public static UnicodeDecomposition Table => table.Value;

    /// <summary>The order of a mark among marks on one base; 0 for anything that starts anew.</summary>
    public int ClassOf(int character) => character < 0x300 ? 0 : classes.GetValueOrDefault(character);

    /// <summary>Writes what a character decomposes into, itself where it does not; returns the count, at most 18.</summary>
    public int Decompose(int character, bool compatibility, Span<int> parts)
    {
        if (character < 0xA0) return One(character, parts);
        if (character is >= HangulFirst and <= HangulLast)
        {
            int syllable = character - HangulFirst;
            parts[0] = LeadFirst + (syllable / (Vowels * Tails));
            parts[1] = VowelFirst + (syllable % (Vowels * Tails) / Tails);
            parts[2] = TailBase + (syllable % Tails);
            return parts[2] == TailBase ? 2 : 3;
        }
        if (!(compatibility && compatible.TryGetValue(character, out int[]? found)) && !canonical.TryGetValue(character, out found)) return One(character, parts);
        found.CopyTo(parts);
        return found.Length;
    }

    /// <summary>The character that two make together; -1 where they make none.</summary>
    public int Compose(int first, int second)
    {
        if (first is >= LeadFirst and < LeadFirst + 19 && second is >= VowelFirst and < VowelFirst + Vowels)
            return HangulFirst + ((((first - LeadFirst) * Vowels) + second - VowelFirst) * Tails);
        if (first is >= HangulFirst and <= HangulLast && (first - HangulFirst) % Tails == 0 && second is > TailBase and < TailBase + Tails)
            return first + second - TailBase;
        return composites.GetValueOrDefault((first, second), -1);
    }

    private static int One(int character, Span<int> parts)
    {
        parts[0] = character;
        return 1;
    }

    private static int Hex(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
