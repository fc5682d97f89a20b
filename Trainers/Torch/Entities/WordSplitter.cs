using System.Globalization;
using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>Splits raw text into the words that are tagged; offsets are UTF-16 units of the text.</summary>
/// <remarks>
/// Words are runs of letters, digits and marks; of scripts that are written without spaces (Chinese, Japanese kana, Thai, …) each character with its marks
/// is a word. As in the CoNLL corpora, hyphens between letters stay (EU-wide), a clitic behind an apostrophe is a word of its own (Germany | 's), points
/// stay within initials (U.S.) and points, commas and colons between digits (47,600); any other sign is a word. White space and control characters
/// are in no word. A surrogate without its partner is a word of its own.
/// </remarks>
internal static class WordSplitter
{
    /// <summary>The words of <paramref name="text"/> as [start, end), in order.</summary>
    public static List<(int Start, int End)> Split(string text)
    {
        List<(int, int)> words = new((text.Length / 5) + 1);
        int at = 0;
        while (at < text.Length)
        {
            Kind kind = KindAt(text, at, out int length);
            int start = at;
            at += length;
            if (kind == Kind.Space) continue;
            if (kind is Kind.Word or Kind.Clitic) at = EndOfWord(text, start, at);
            else at = SkipMarks(text, at);
            words.Add((start, at));
        }
        return words;
    }

    /// <summary>Whether the character at <paramref name="index"/> is of a script written without spaces.</summary>
    public static bool IsUnspaced(string text, int index) => KindAt(text, index, out _) == Kind.Unspaced;

    private static int EndOfWord(string text, int start, int at)
    {
        while (at < text.Length)
        {
            Kind kind = KindAt(text, at, out int length);
            if (kind is Kind.Word or Kind.Mark) at += length;
            else if (Joins(text, start, at)) at++;
            else break;
        }
        // Initials keep their last point: U.S.
        if (at < text.Length && text[at] == '.' && IsInitials(text, start, at)) at++;
        return at;
    }

    /// <summary>Whether the sign at <paramref name="at"/> holds what stands before and behind it together as one word.</summary>
    private static bool Joins(string text, int start, int at)
    {
        if (at + 1 >= text.Length) return false;
        char sign = text[at], before = text[at - 1], behind = text[at + 1];
        bool word = KindAt(text, at + 1, out _) == Kind.Word;
        return sign switch
        {
            '-' or '‐' or '‑' or '_' or '&' => word,
            ',' or ':' or '/' => char.IsDigit(before) && char.IsDigit(behind),
            '.' => (char.IsDigit(before) && char.IsDigit(behind)) || (word && IsInitials(text, start, at)),
            // O'Neill and d'Ivoire stay; the rest behind an apostrophe is a clitic.
            '\'' or '’' => word && at - start == 1 && char.IsLetter(before),
            _ => false,
        };
    }

    /// <summary>Whether [start, at) is single letters with points between them: U.S without its last point, or the U of it.</summary>
    private static bool IsInitials(string text, int start, int at)
    {
        int length = at - start;
        if (length % 2 == 0 || length > 15) return false;
        for (int i = 0; i < length; i++)
            if (i % 2 == 0 ? !char.IsLetter(text[start + i]) : text[start + i] != '.') return false;
        // One letter alone is initials only where another follows: the point behind it may else end a sentence.
        return length > 1 || (at + 2 < text.Length && char.IsUpper(text[start]) && char.IsLetter(text[at + 1]) && text[at + 2] == '.');
    }

    private static int SkipMarks(string text, int at)
    {
        while (at < text.Length && KindAt(text, at, out int length) == Kind.Mark) at += length;
        return at;
    }

    private static Kind KindAt(string text, int index, out int length)
    {
        char c = text[index];
        length = 1;
        if (char.IsAscii(c)) return char.IsAsciiLetterOrDigit(c) ? Kind.Word : char.IsWhiteSpace(c) || char.IsControl(c) ? Kind.Space : IsApostropheOfClitic(text, index) ? Kind.Clitic : Kind.Sign;
        if (!Rune.TryGetRuneAt(text, index, out Rune rune)) return Kind.Sign;
        length = rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber => Kind.Word,
            UnicodeCategory.OtherLetter => IsOfUnspacedScript(rune.Value) ? Kind.Unspaced : Kind.Word,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Mark,
            // Joiners and variation selectors belong to the sign before them, as in emoji of several parts.
            UnicodeCategory.Format => rune.Value is 0x200C or 0x200D or 0xAD ? Kind.Mark : Kind.Space,
            UnicodeCategory.ModifierSymbol when rune.Value is >= 0x1F3FB and <= 0x1F3FF => Kind.Mark,
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control => Kind.Space,
            _ => IsApostropheOfClitic(text, index) ? Kind.Clitic : Kind.Sign,
        };
    }

    /// <summary>Whether an apostrophe begins a short clitic at a word's end: 's, 'll, 're.</summary>
    private static bool IsApostropheOfClitic(string text, int index)
    {
        if (text[index] is not ('\'' or '’') || index == 0 || !char.IsLetterOrDigit(text[index - 1])) return false;
        int letters = 0;
        while (index + 1 + letters < text.Length && letters < 3 && char.IsLetter(text[index + 1 + letters])) letters++;
        return letters is 1 or 2 && (index + 1 + letters == text.Length || !char.IsLetterOrDigit(text[index + 1 + letters]));
    }

    private static bool IsOfUnspacedScript(int c) => c is (>= 0x2E80 and <= 0x2FDF) or (>= 0x3005 and <= 0x3007) or (>= 0x3041 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF)
        or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF)
        or (>= 0x0E00 and <= 0x0EFF) or (>= 0x0F00 and <= 0x109F) or (>= 0x1780 and <= 0x17FF);

    private enum Kind { Space, Word, Clitic, Unspaced, Mark, Sign }
}
