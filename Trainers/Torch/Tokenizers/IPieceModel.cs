using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>A vocabulary and the rule by which a word becomes pieces of it.</summary>
internal interface IPieceModel
{
    /// <summary>Pieces by id; empty where an id is left out.</summary>
    IReadOnlyList<string> Pieces { get; }

    /// <summary>The piece that stands for what can't be spelled; null where there is none.</summary>
    string? Unknown { get; }

    /// <summary>The id of a piece; -1 where there is none.</summary>
    int IdOf(ReadOnlySpan<char> piece);

    /// <summary>Adds the pieces of one word of the text.</summary>
    void Encode(NormalizedText text, int start, int end, TokenBuffer tokens);

    /// <summary>The object that tokenizer.json has for it.</summary>
    void WriteJson(Utf8JsonWriter json);
}
