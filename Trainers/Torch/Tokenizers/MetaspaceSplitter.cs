using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>SentencePiece's words: blanks become a visible mark, and each word begins with it.</summary>
/// <param name="Mark">The mark, usually U+2581.</param>
/// <param name="Prefix">Where a mark is put before a text without one; it gets the place of the first character.</param>
/// <param name="CutsWords">Whether the text is cut before each mark; else it stays whole.</param>
internal sealed record MetaspaceSplitter(char Mark, BlankPrefix Prefix, bool CutsWords) : ITextSplitter
{
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
            char first = before.Chars[range.Start];
            bool prefixed = Prefix == BlankPrefix.Always || (Prefix == BlankPrefix.First && before.Starts[range.Start] == 0);
            if (prefixed && first != ' ' && first != Mark) text.Append(Mark, before.Starts[range.Start], before.Ends[range.Start]);
            for (int i = range.Start; i < range.End; i++)
            {
                char unit = before.Chars[i] == ' ' ? Mark : before.Chars[i];
                if (CutsWords && unit == Mark && text.Length > start)
                {
                    text.Words.Add(new TextRange(start, text.Length));
                    start = text.Length;
                }
                text.Append(unit, before.Starts[i], before.Ends[i]);
            }
            text.Words.Add(new TextRange(start, text.Length));
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Metaspace");
        json.WriteString("replacement", Mark.ToString());
        json.WriteString("prepend_scheme", Prefix switch { BlankPrefix.Never => "never", BlankPrefix.First => "first", _ => "always" });
        json.WriteBoolean("split", CutsWords);
        json.WriteEndObject();
    }
}
