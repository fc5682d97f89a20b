using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Puts something before a text that is not empty; it gets the place of the first character.</summary>
internal sealed record PrependNormalizer(string Content) : ITextNormalizer
{
    public void Apply(NormalizedText text)
    {
        if (text.Length == 0) return;
        NormalizedText.Before before = text.Rewrite();
        foreach (char unit in Content) text.Append(unit, before.Starts[0], before.Ends[0]);
        text.Append(before, 0, before.Length);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Prepend");
        json.WriteString("prepend", Content);
        json.WriteEndObject();
    }
}
