using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Words between white space.</summary>
internal sealed record BlankSplitter : ITextSplitter
{
    public void Split(NormalizedText text)
    {
        foreach (TextRange range in text.RewriteWords())
        {
            if (range.Id >= 0)
            {
                text.Words.Add(range);
                continue;
            }
            int start = range.Start;
            for (int i = range.Start; i < range.End; i++)
            {
                if (!char.IsWhiteSpace(text.Chars[i])) continue;
                if (start < i) text.Words.Add(new TextRange(start, i));
                start = i + 1;
            }
            if (start < range.End) text.Words.Add(new TextRange(start, range.End));
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "WhitespaceSplit");
        json.WriteEndObject();
    }
}
