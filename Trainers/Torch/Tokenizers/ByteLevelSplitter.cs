using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>GPT-2's words, spelled by the bytes of their UTF-8 form.</summary>
/// <param name="AddsPrefixBlank">Put a blank before a text that does not begin with one; it gets the place of the first character.</param>
/// <param name="CutsWords">Cut the text into words; else it stays whole.</param>
/// <remarks>
/// Words: 's 't 're 've 'm 'll 'd; a run of letters, of digits or of other characters, each with one blank before it; white space,
/// of which the last leaves for the word behind it. Source: Radford et al., GPT-2, encoder.py, whose expression this is without a regex.
/// </remarks>
internal sealed record ByteLevelSplitter(bool AddsPrefixBlank, bool CutsWords) : ITextSplitter
{
    private enum Kind
    {
        White,
        Letter,
        Digit,
        Other,
    }

    public void Split(NormalizedText text)
    {
        List<TextRange> words = text.RewriteWords();
        NormalizedText.Before before = text.Rewrite();
        foreach (TextRange range in words)
        {
            int start = text.Length;
            if (range.Id >= 0)
            {
                text.Append(before, range.Start, range.End);
                text.Words.Add(new TextRange(start, text.Length, range.Id));
                continue;
            }
            bool prefixed = AddsPrefixBlank && before.Chars[range.Start] != ' ';
            if (prefixed) text.Append(ByteAlphabet.Blank, before.Starts[range.Start], before.Ends[range.Start]);
            int at = range.Start;
            while (at < range.End)
            {
                // The blank that was put there belongs to the first word unless that is white space or an ending such as 's.
                int end = CutsWords ? WordEnd(before, at, range.End, prefixed && at == range.Start) : range.End;
                if (end > at) Spell(text, before, at, end);
                text.Words.Add(new TextRange(start, text.Length));
                start = text.Length;
                if (end == at) prefixed = false;
                at = end;
            }
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", AddsPrefixBlank);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", CutsWords);
        json.WriteEndObject();
    }

    private static void Spell(NormalizedText text, in NormalizedText.Before before, int start, int end)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = start; i < end;)
        {
            Rune rune = before.RuneAt(i);
            int count = rune.EncodeToUtf8(utf8);
            for (int b = 0; b < count; b++) text.Append(ByteAlphabet.Letters[utf8[b]], before.Starts[i], before.Ends[i]);
            i += rune.Utf16SequenceLength;
        }
    }

    // The end of the word that begins at a place; with a blank before it that is not in the text, the place itself where the blank stands alone.
    private static int WordEnd(in NormalizedText.Before text, int at, int end, bool prefixed)
    {
        if (!prefixed && Ending(text.Chars[at..end]) is > 0 and int ending) return at + ending;
        int first = at;
        if (!prefixed && text.Chars[at] == ' ' && at + 1 < end) first++;
        Kind kind = KindOf(text.RuneAt(first));
        if (kind != Kind.White)
        {
            int i = first;
            while (i < end && KindOf(text.RuneAt(i)) == kind) i += text.RuneAt(i).Utf16SequenceLength;
            return i;
        }
        int white = at;
        while (white < end && char.IsWhiteSpace(text.Chars[white])) white++;
        // White space before something else leaves its last unit; a single unit can't. All white space is of one UTF-16 unit.
        int taken = white - at + (prefixed ? 1 : 0);
        return white < end && taken > 1 ? white - 1 : white;
    }

    private static int Ending(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'') return 0;
        if (text[1] is 's' or 't' or 'm' or 'd') return 2;
        return text.Length >= 3 && (text[1], text[2]) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    private static Kind KindOf(Rune rune)
    {
        if (rune.IsAscii)
        {
            char c = (char)rune.Value;
            return char.IsAsciiLetter(c) ? Kind.Letter : char.IsAsciiDigit(c) ? Kind.Digit : char.IsWhiteSpace(c) ? Kind.White : Kind.Other;
        }
        return Rune.IsWhiteSpace(rune) ? Kind.White : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
            _ => Kind.Other,
        };
    }
}
