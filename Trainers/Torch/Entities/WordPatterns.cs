namespace MLPipes.Trainers.Torch;

/// <summary>The pattern of a word's letters as one of a few kinds: what an encoder that knows no capitals misses.</summary>
internal static class WordPatterns
{
    /// <summary>Number of kinds; 0 stands for what lies outside a sentence.</summary>
    public const int Count = 24;

    /// <summary>The kind of a word, 1 to <see cref="Count"/> − 1.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isFirst">Whether it begins its sentence, where a capital says less.</param>
    public static int Of(ReadOnlySpan<char> word, bool isFirst)
    {
        int upper = 0, lower = 0, digits = 0, others = 0, signs = 0;
        foreach (char c in word)
        {
            if (char.IsUpper(c)) upper++;
            else if (char.IsLower(c)) lower++;
            else if (char.IsDigit(c)) digits++;
            else if (char.IsLetter(c) || char.IsSurrogate(c)) others++;
            else signs++;
        }
        int letters = upper + lower;
        if (letters == 0) return digits > 0 ? signs > 0 ? 2 : digits == 4 ? 3 : 4 : others > 0 ? 5 : word.Length > 1 ? 6 : 1;
        bool startsUpper = char.IsUpper(word[0]), hyphen = word.Contains('-');
        if (upper == 0) return digits > 0 ? 7 : word[0] is '\'' or '’' ? 8 : hyphen ? 9 : isFirst ? 10 : 11;
        if (lower == 0)
        {
            if (digits > 0) return 12;
            return upper == 1 ? signs > 0 ? 13 : isFirst ? 14 : 15 : signs > 0 ? hyphen ? 16 : 17 : upper <= 3 ? 18 : 19;
        }
        if (startsUpper && upper == 1) return hyphen ? 20 : isFirst ? 21 : 22;
        return 23;
    }
}
