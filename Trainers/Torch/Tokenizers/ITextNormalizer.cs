using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Rewrites a text before it is cut into words, and keeps track of where each character comes from.</summary>
internal interface ITextNormalizer
{
    /// <summary>Rewrites the whole text in place.</summary>
    void Apply(NormalizedText text);

    /// <summary>The object that tokenizer.json has for it.</summary>
    void WriteJson(Utf8JsonWriter json);
}
