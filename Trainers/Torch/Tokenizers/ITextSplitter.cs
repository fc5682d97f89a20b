using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Cuts a text into words, which the model then cuts into pieces.</summary>
internal interface ITextSplitter
{
    /// <summary>Cuts each range of <see cref="NormalizedText.Words"/> that is no token yet; may rewrite the text.</summary>
    void Split(NormalizedText text);

    /// <summary>The object that tokenizer.json has for it.</summary>
    void WriteJson(Utf8JsonWriter json);
}
