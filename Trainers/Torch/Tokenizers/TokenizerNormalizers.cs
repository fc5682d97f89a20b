using System.Text;

namespace MLPipes.Trainers.Torch;

/// <summary>Reads the "normalizer" of a tokenizer.json.</summary>
internal static class TokenizerNormalizers
{
    private const int MaxNested = 32;

    public static ITextNormalizer Read(JsonPart part)
    {
        string type = part["type"].Text();
        return type switch
        {
            "BertNormalizer" => new BertNormalizer(part.Find("clean_text")?.Flag() ?? true, part.Find("handle_chinese_chars")?.Flag() ?? true,
                part.Find("strip_accents")?.Flag(), part.Find("lowercase")?.Flag() ?? true),
            "Lowercase" => new LowercaseNormalizer(),
            "StripAccents" => new StripAccentsNormalizer(),
            "NFC" => new UnicodeNormalizer(NormalizationForm.FormC),
            "NFD" => new UnicodeNormalizer(NormalizationForm.FormD),
            "NFKC" => new UnicodeNormalizer(NormalizationForm.FormKC),
            "NFKD" => new UnicodeNormalizer(NormalizationForm.FormKD),
            "Replace" => Replacement(part),
            "Strip" => new StripNormalizer(part.Find("strip_left")?.Flag() ?? true, part.Find("strip_right")?.Flag() ?? true),
            "Prepend" => new PrependNormalizer(part["prepend"].Text()),
            "Precompiled" => Precompiled(part),
            "Sequence" => Sequence(part),
            _ => throw part.Unsupported("normalizer", type),
        };
    }

    private static SequenceNormalizer Sequence(JsonPart part)
    {
        ITextNormalizer[] steps = [.. part["normalizers"].Items().Select(Read)];
        return steps.Length <= MaxNested ? new SequenceNormalizer(steps) : throw part.Error($"a sequence of {steps.Length} normalizers");
    }

    private static ReplaceNormalizer Replacement(JsonPart part)
    {
        JsonPart pattern = part["pattern"];
        string content = part["content"].Text();
        if (pattern.Find("String") is { } literal) return Checked(literal.Text());
        string regex = pattern["Regex"].Text();
        // The one expression that published tokenizers of these kinds use: a run of blanks.
        return regex == ReplaceNormalizer.BlankRun ? new ReplaceNormalizer(regex, IsBlankRun: true, content) : throw part.Unsupported("Replace normalizer with the expression", regex);

        ReplaceNormalizer Checked(string text) => text.Length > 0 ? new ReplaceNormalizer(text, IsBlankRun: false, content) : throw part.Error("a Replace normalizer looks for an empty text");
    }

    private static PrecompiledNormalizer Precompiled(JsonPart part)
    {
        try
        {
            return PrecompiledNormalizer.Of(Convert.FromBase64String(part["precompiled_charsmap"].Text()), part.File);
        }
        catch (FormatException)
        {
            throw part.Error("'precompiled_charsmap' is no Base64");
        }
    }
}
