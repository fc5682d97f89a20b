namespace MLPipes.Trainers.Torch;

/// <summary>Takes the white space that byte-level pieces begin or end with out of their places, as the post-processors of Python's tokenizers do.</summary>
internal static class OffsetTrimming
{
    /// <summary>Shortens the places of the tokens from <paramref name="first"/> on.</summary>
    /// <remarks>
    /// Only blanks of the raw text are left out. The one that a splitter put before a text has the place of the first character, from
    /// which Python's tokenizers cut a unit where an added token stands before it; here places never go back nor halve a character.
    /// </remarks>
    public static void Apply(TokenBuffer tokens, int first, ReadOnlySpan<char> raw, TokenizerDefinition definition)
    {
        for (int i = first; i < tokens.Count; i++)
        {
            int id = tokens.IdAt(i);
            if (id >= definition.Model.Pieces.Count) continue;
            ReadOnlySpan<char> piece = definition.Model.Pieces[id];
            int leading = piece.Length - piece.TrimStart(ByteAlphabet.Blank).Length;
            int trailing = piece.Length - piece.TrimEnd(ByteAlphabet.Blank).Length;
            if (leading == 0 && trailing == 0) continue;
            int start = tokens.StartAt(i), end = tokens.EndAt(i);
            while (leading-- > 0 && start < end && raw[start] == ' ') start++;
            while (trailing-- > 0 && end > start && raw[end - 1] == ' ') end--;
            tokens.Place(i, start, end);
        }
    }

    /// <summary>Shortens the place of an added token, which may have taken white space of the raw text.</summary>
    public static TextRange Trim(ReadOnlySpan<char> raw, TextRange token, TokenizerDefinition definition)
    {
        ReadOnlySpan<char> spelled = raw[token.Start..token.End];
        int leading = spelled.Length - spelled.TrimStart().Length;
        if (token.Start == 0 && definition.AddsPrefixBlank && leading == 1) leading = 0;
        return token with { Start = token.Start + leading, End = token.End - (spelled.Length - spelled.TrimEnd().Length) };
    }
}
