namespace MLPipes.Trainers.Torch;

/// <summary>Takes the white space that byte-level pieces begin or end with out of their places, as the post-processors of Python's tokenizers do.</summary>
internal static class OffsetTrimming
{
    /// <summary>Shortens the places of the tokens from <paramref name="first"/> on.</summary>
    public static void Apply(TokenBuffer tokens, int first, TokenizerDefinition definition)
    {
        for (int i = first; i < tokens.Count; i++)
        {
            int id = tokens.IdAt(i);
            if (id >= definition.Model.Pieces.Count) continue;
            string piece = definition.Model.Pieces[id];
            int leading = piece.Length - piece.AsSpan().TrimStart(ByteAlphabet.Blank).Length;
            int trailing = piece.Length - piece.AsSpan().TrimEnd(ByteAlphabet.Blank).Length;
            if (leading == 0 && trailing == 0) continue;
            int start = tokens.StartAt(i), end = tokens.EndAt(i);
            // The blank that was put before the text has the place of the first character: nothing to leave out.
            if (start == 0 && definition.AddsPrefixBlank && leading == 1) leading = 0;
            start = Math.Min(start + leading, end);
            if (end >= trailing) end = Math.Max(end - trailing, start);
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
