namespace MLPipes.Trainers.Torch;

/// <summary>One word's tag taken apart: B, I, E or S (begins, inside, ends, single) and the entity's type; or O for outside.</summary>
/// <param name="Prefix">One of <c>B I E S O</c>, whatever letters the scheme writes for them.</param>
/// <param name="Type">The entity's type; empty for O.</param>
internal readonly record struct Tag(char Prefix, string Type)
{
    /// <summary>The type of tags that have none, such as a bare B.</summary>
    public const string Untyped = "ENTITY";

    public static Tag Outside { get; } = new('O', "");

    public bool IsOutside => Prefix == 'O';

    /// <summary>
    /// Reads a tag of IOB1, IOB2, BIOES, BILOU, BMES or BMEWO, with the type behind a hyphen. Any other text is a plain label, which stands for a
    /// word inside an entity of that type.
    /// </summary>
    public static Tag Parse(string text)
    {
        if (text is "O" or "o" or "_" or "") return Outside;
        bool alone = text.Length == 1, prefixed = text.Length > 1 && text[1] == '-';
        if (!alone && !prefixed) return new Tag('I', text);
        char prefix = text[0] switch
        {
            'B' => 'B',
            'I' or 'M' => 'I',
            'E' or 'L' => 'E',
            'S' or 'U' or 'W' => 'S',
            _ => '?',
        };
        if (prefix == '?') return new Tag('I', text);
        return new Tag(prefix, text.Length > 2 ? text[2..] : Untyped);
    }

    /// <summary>Whether the text is a tag with a prefix, or O: what tells a tag column from any other.</summary>
    public static bool IsTag(ReadOnlySpan<char> text) => text is "O" || (text.Length > 2 && text[1] == '-' && "BIESLUMW".Contains(text[0]));

    public override string ToString() => IsOutside ? "O" : $"{Prefix}-{Type}";
}
