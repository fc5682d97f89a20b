using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Drops marks that stand as characters of their own, spacing and enclosing ones too; a decomposing normalizer goes before it.</summary>
internal sealed record StripAccentsNormalizer : ITextNormalizer
{
    public void Apply(NormalizedText text)
    {
        NormalizedText.Before before = text.Rewrite();
        for (int i = 0; i < before.Length;)
        {
            Rune rune = before.RuneAt(i);
            int next = i + rune.Utf16SequenceLength;
            if (!UnicodeKinds.IsMark(rune)) text.Append(before, i, next);
            i = next;
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "StripAccents");
        json.WriteEndObject();
    }
}
