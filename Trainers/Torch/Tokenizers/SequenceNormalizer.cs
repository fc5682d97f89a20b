using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Normalizers one after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<ITextNormalizer> steps) : ITextNormalizer
{
    /// <summary>The normalizers in order.</summary>
    public IReadOnlyList<ITextNormalizer> Steps => steps;

    public void Apply(NormalizedText text)
    {
        foreach (ITextNormalizer step in steps) step.Apply(text);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("normalizers");
        foreach (ITextNormalizer step in steps) step.WriteJson(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
