using System.Buffers;

namespace MLPipes.Trainers.Torch;

/// <summary>Finds tokens that stand in a text as they are spelled: the leftmost, and the longest of those.</summary>
internal sealed class AddedTokens
{
    private readonly (string Spelling, AddedToken Token)[] byLength;
    private readonly SearchValues<char> firsts;

    /// <summary>Looks for tokens by the spelling that each has in the searched text.</summary>
    public AddedTokens(IEnumerable<(string Spelling, AddedToken Token)> tokens)
    {
        byLength = [.. tokens.Where(t => t.Spelling.Length > 0).OrderByDescending(t => t.Spelling.Length)];
        firsts = SearchValues.Create([.. byLength.Select(t => t.Spelling[0]).Distinct()]);
    }

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty => byLength.Length == 0;

    /// <summary>The first token in <paramref name="text"/> at or behind <paramref name="from"/>, with the white space that it takes.</summary>
    public bool Find(ReadOnlySpan<char> text, int from, out TextRange found)
    {
        for (int at = from; at < text.Length; at++)
        {
            int next = text[at..].IndexOfAny(firsts);
            if (next < 0) break;
            at += next;
            foreach ((string spelling, AddedToken token) in byLength)
            {
                if (!text[at..].StartsWith(spelling, StringComparison.Ordinal)) continue;
                int start = at, end = at + spelling.Length;
                if (token.SingleWord && ((start > 0 && IsWord(text[start - 1])) || (end < text.Length && IsWord(text[end])))) break;
                if (token.StripsLeft) while (start > from && char.IsWhiteSpace(text[start - 1])) start--;
                if (token.StripsRight) while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
                found = new TextRange(start, end, token.Id);
                return true;
            }
        }
        found = default;
        return false;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c) || (c >= 0x300 && !char.IsWhiteSpace(c) && !char.IsPunctuation(c) && !char.IsSymbol(c));
}
