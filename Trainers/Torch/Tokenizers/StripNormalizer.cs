using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Drops white space at a text's ends.</summary>
internal sealed record StripNormalizer(bool Left, bool Right) : ITextNormalizer
{
    public void Apply(NormalizedText text)
    {
        NormalizedText.Before before = text.Rewrite();
        int start = 0, end = before.Length;
        if (Left) while (start < end && char.IsWhiteSpace(before.Chars[start])) start++;
        if (Right) while (end > start && char.IsWhiteSpace(before.Chars[end - 1])) end--;
        text.Append(before, start, end);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Strip");
        json.WriteBoolean("strip_left", Left);
        json.WriteBoolean("strip_right", Right);
        json.WriteEndObject();
    }
}
