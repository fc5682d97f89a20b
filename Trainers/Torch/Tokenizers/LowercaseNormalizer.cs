using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Lowers capitals, character by character and in no language's own way.</summary>
internal sealed record LowercaseNormalizer : ITextNormalizer
{
    private const int CapitalDottedI = 0x130;

    public void Apply(NormalizedText text)
    {
        NormalizedText.Before before = text.Rewrite();
        for (int i = 0; i < before.Length; i++)
        {
            Rune rune = before.RuneAt(i);
            AppendLower(text, rune, before.Starts[i], before.Ends[i]);
            i += rune.Utf16SequenceLength - 1;
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Lowercase");
        json.WriteEndObject();
    }

    /// <summary>Adds the small form of a character.</summary>
    public static void AppendLower(NormalizedText text, Rune rune, int start, int end)
    {
        // The only character whose small form is two (SpecialCasing.txt); .NET leaves it as it is.
        if (rune.Value == CapitalDottedI)
        {
            text.Append('i', start, end);
            text.Append('\u0307', start, end);
        }
        else text.Append(Rune.ToLowerInvariant(rune), start, end);
    }
}
