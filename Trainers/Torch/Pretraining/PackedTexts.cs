namespace MLPipes.Trainers.Torch;

/// <summary>Texts packed one behind the other into sequences of one length, each ended by a separator.</summary>
/// <remarks>
/// No room is lost to padding; a text that does not fit goes on in the next sequence (Liu et al., RoBERTa, section 4.2, full sentences across
/// documents). A sequence that would begin with a separator alone does not come about.
/// </remarks>
internal sealed class PackedTexts
{
    private readonly int[] tokens;
    private readonly int[] ends;

    private PackedTexts(int[] tokens, int[] ends) => (this.tokens, this.ends) = (tokens, ends);

    /// <summary>Sequences.</summary>
    public int Count => ends.Length;

    /// <summary>All tokens, special ones included.</summary>
    public long Tokens => tokens.Length;

    /// <summary>The ids of a sequence, special tokens included.</summary>
    public ReadOnlySpan<int> this[int sequence] => tokens.AsSpan((sequence == 0 ? 0 : ends[sequence - 1])..ends[sequence]);

    /// <summary>Whether there is a token that may be hidden.</summary>
    public bool CanBeGuessed(SpecialTokens special) => tokens.Any(t => !special.Holds(t));

    /// <summary>Packs texts.</summary>
    /// <param name="texts">Ids of each text, without special tokens; empty ones are left out.</param>
    /// <param name="special">Special tokens.</param>
    /// <param name="maxLength">Most tokens of a sequence, at least 4.</param>
    public static PackedTexts Of(IEnumerable<int[]> texts, SpecialTokens special, int maxLength)
    {
        List<int> tokens = [], ends = [];
        int start = special.Start >= 0 ? 1 : 0, separator = special.Separator >= 0 ? 1 : 0;
        int length = 0;
        foreach (int[] text in texts)
        {
            for (int at = 0; at < text.Length;)
            {
                if (length == 0 && start > 0) Put(special.Start);
                // The last place is kept for the separator.
                int taken = Math.Min(text.Length - at, maxLength - separator - length);
                foreach (int id in text.AsSpan(at, taken)) Put(id);
                at += taken;
                if (separator > 0) Put(special.Separator);
                if (maxLength - length <= separator) Close();
            }
        }
        if (length > 0) Close();
        return new PackedTexts([.. tokens], [.. ends]);

        void Put(int id)
        {
            tokens.Add(id);
            length++;
        }

        void Close()
        {
            ends.Add(tokens.Count);
            length = 0;
        }
    }
}
