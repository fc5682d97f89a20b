using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Words between white space; each punctuation mark is a word of its own.</summary>
internal sealed record BertSplitter : ITextSplitter
{
    public void Split(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        foreach (TextRange range in text.RewriteWords())
        {
            if (range.Id >= 0)
            {
                text.Words.Add(range);
                continue;
            }
            int start = range.Start;
            for (int i = range.Start; i < range.End;)
            {
                Rune rune = char.IsHighSurrogate(chars[i]) ? new Rune(chars[i], chars[i + 1]) : new Rune(chars[i]);
                int next = i + rune.Utf16SequenceLength;
                bool white = Rune.IsWhiteSpace(rune);
                if (white || UnicodeKinds.IsPunctuation(rune))
                {
                    if (start < i) text.Words.Add(new TextRange(start, i));
                    if (!white) text.Words.Add(new TextRange(i, next));
                    start = next;
                }
                i = next;
            }
            if (start < range.End) text.Words.Add(new TextRange(start, range.End));
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "BertPreTokenizer");
        json.WriteEndObject();
    }
}
