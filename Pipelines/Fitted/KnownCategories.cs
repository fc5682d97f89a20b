namespace MLPipes.Pipelines;

/// <summary>The categories of one input column in training: finds the text that a number or truth value once was, and what is new.</summary>
internal sealed class KnownCategories
{
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> byText;
    private readonly Dictionary<float, string?> byNumber = [];
    private readonly string? yes, no;

    public KnownCategories(IReadOnlyList<string> categories)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (string category in categories)
        {
            texts[category] = category;
            // Two spellings of one number ("1" and "1.0") leave open which is meant.
            if (CellValue.TryNumber(category, out float number) && !byNumber.TryAdd(number, category)) byNumber[number] = null;
            if (!CellValue.TryBoolean(category, out bool truth)) continue;
            if (truth) yes = yes is null ? category : "true";
            else no = no is null ? category : "false";
        }
        byText = texts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool Contains(ReadOnlySpan<char> text) => byText.ContainsKey(text);

    public string OfNumber(float value)
    {
        string text = CellValue.OfNumber(value);
        return Contains(text) ? text : byNumber.GetValueOrDefault(value) ?? text;
    }

    public string OfBoolean(bool value) => (value ? yes : no) ?? (value ? "true" : "false");
}
