using System.Text;
using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>BERT's clean-up: controls dropped, white space made blanks, ideographs set apart, accents stripped, capitals lowered.</summary>
/// <param name="CleanText">Drop control characters and turn all white space into blanks.</param>
/// <param name="SpaceIdeographs">Make each CJK ideograph a word of its own.</param>
/// <param name="StripAccents">Decompose and drop accents; null does so where capitals are lowered.</param>
/// <param name="Lowercase">Lower capitals.</param>
/// <remarks>
/// Source: BasicTokenizer of Devlin et al., BERT, and BertNormalizer of Python's tokenizers, whose order of steps it keeps, in one pass.
/// Marks that are left after the accents went are not put into canonical order; only a handful of spacing marks have such an order.
/// </remarks>
internal sealed record BertNormalizer(bool CleanText, bool SpaceIdeographs, bool? StripAccents, bool Lowercase) : ITextNormalizer
{
    public void Apply(NormalizedText text)
    {
        NormalizedText.Before before = text.Rewrite();
        bool strips = StripAccents ?? Lowercase;
        Span<int> parts = stackalloc int[18];
        for (int i = 0; i < before.Length; i++)
        {
            int start = before.Starts[i], end = before.Ends[i];
            char unit = before.Chars[i];
            if (unit is >= ' ' and < '\x7F')
            {
                text.Append(Lowercase ? char.ToLowerInvariant(unit) : unit, start, end);
                continue;
            }
            Rune rune = before.RuneAt(i);
            i += rune.Utf16SequenceLength - 1;
            if (CleanText && UnicodeKinds.IsDropped(rune)) continue;
            if (CleanText && Rune.IsWhiteSpace(rune)) rune = new Rune(' ');
            bool apart = SpaceIdeographs && UnicodeKinds.IsIdeograph(rune);
            if (apart) text.Append(' ', start, end);
            if (strips)
            {
                int count = UnicodeDecomposition.Table.Decompose(rune.Value, compatibility: false, parts);
                foreach (int part in parts[..count])
                    if (!UnicodeKinds.IsAccent(new Rune(part))) AppendCased(text, new Rune(part), start, end);
            }
            else AppendCased(text, rune, start, end);
            if (apart) text.Append(' ', start, end);
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "BertNormalizer");
        json.WriteBoolean("clean_text", CleanText);
        json.WriteBoolean("handle_chinese_chars", SpaceIdeographs);
        if (StripAccents is { } strips) json.WriteBoolean("strip_accents", strips);
        else json.WriteNull("strip_accents");
        json.WriteBoolean("lowercase", Lowercase);
        json.WriteEndObject();
    }

    private void AppendCased(NormalizedText text, Rune rune, int start, int end)
    {
        if (Lowercase) LowercaseNormalizer.AppendLower(text, rune, start, end);
        else text.Append(rune, start, end);
    }
}
