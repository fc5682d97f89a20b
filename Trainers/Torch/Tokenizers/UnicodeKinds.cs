using System.Globalization;
using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>What kind a character is of, as BERT's rules ask for it.</summary>
internal static class UnicodeKinds
{
    /// <summary>Characters that BERT's cleaning drops: control, format and private-use ones, but no tab and no line ends.</summary>
    /// <remarks>Unassigned characters stay, as the tables of Python's tokenizers have no entry for them.</remarks>
    public static bool IsDropped(Rune rune) => rune.Value switch
    {
        0 or 0xFFFD => true,
        '\t' or '\n' or '\r' => false,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse,
    };

    /// <summary>Punctuation: all of ASCII that is neither letter, digit nor control, and Unicode's P categories.</summary>
    public static bool IsPunctuation(Rune rune)
    {
        int c = rune.Value;
        if (c < 128) return c is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126);
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;
    }

    /// <summary>Ideographs that BERT makes words of their own: the CJK blocks, without kana and Hangul.</summary>
    public static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>A mark that takes no room of its own: an accent.</summary>
    public static bool IsAccent(Rune rune) => rune.Value >= 0x300 && Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark;

    /// <summary>Any mark, whether it takes room or not.</summary>
    public static bool IsMark(Rune rune) => rune.Value >= 0x300
        && Rune.GetUnicodeCategory(rune) is (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);
}
