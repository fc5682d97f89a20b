using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Splitters one after the other, each cutting the words that the one before made.</summary>
internal sealed class SequenceSplitter(IReadOnlyList<ITextSplitter> steps) : ITextSplitter
{
    /// <summary>The splitters in order.</summary>
    public IReadOnlyList<ITextSplitter> Steps => steps;

    public void Split(NormalizedText text)
    {
        foreach (ITextSplitter step in steps) step.Split(text);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        foreach (ITextSplitter step in steps) step.WriteJson(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
