using System.Text.Json;

namespace MLPipes.Trainers.Torch;

/// <summary>Replaces one text by another.</summary>
/// <param name="Pattern">What is looked for, not empty.</param>
/// <param name="IsBlankRun">The pattern is <see cref="BlankRun"/>, two or more blanks; else it is taken literally.</param>
/// <param name="Content">What takes its place; each unit gets the place of the last unit that was replaced.</param>
internal sealed record ReplaceNormalizer(string Pattern, bool IsBlankRun, string Content) : ITextNormalizer
{
    /// <summary>The expression for two or more blanks.</summary>
    public const string BlankRun = " {2,}";

    public void Apply(NormalizedText text)
    {
        if (!text.Chars.Contains(IsBlankRun ? "  " : Pattern, StringComparison.Ordinal)) return;
        NormalizedText.Before before = text.Rewrite();
        for (int at = 0; at < before.Length;)
        {
            int found = before.Chars[at..].IndexOf(IsBlankRun ? "  " : Pattern, StringComparison.Ordinal);
            if (found < 0)
            {
                text.Append(before, at, before.Length);
                return;
            }
            int start = at + found, end = start + Pattern.Length;
            if (IsBlankRun)
            {
                end = start + 2;
                while (end < before.Length && before.Chars[end] == ' ') end++;
            }
            text.Append(before, at, start);
            foreach (char unit in Content) text.Append(unit, before.Starts[end - 1], before.Ends[end - 1]);
            at = end;
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", "Replace");
        json.WriteStartObject("pattern");
        json.WriteString(IsBlankRun ? "Regex" : "String", Pattern);
        json.WriteEndObject();
        json.WriteString("content", Content);
        json.WriteEndObject();
    }
}
