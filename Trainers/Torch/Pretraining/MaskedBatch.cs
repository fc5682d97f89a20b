using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>Sequences with hidden tokens, and what they were.</summary>
/// <param name="Ids">Ids with the hidden tokens replaced, padded: [rows × width].</param>
/// <param name="Mask">1 for tokens, 0 for padding: [rows × width].</param>
/// <param name="Rows">Sequences.</param>
/// <param name="Width">Tokens of the longest.</param>
/// <param name="Places">Where tokens are hidden, as places in <paramref name="Ids"/>, ascending.</param>
/// <param name="Targets">What stood there.</param>
internal sealed record MaskedBatch(long[] Ids, long[] Mask, int Rows, int Width, long[] Places, long[] Targets)
{
    private const float Masked = 0.8f, Random = 0.9f;

    /// <summary>Hides tokens of sequences: of the chosen ones 80 % become the mask, 10 % a token by chance, 10 % stay.</summary>
    /// <remarks>At least one is hidden, so that there is something to learn from. Special tokens never are.</remarks>
    /// <param name="texts">The sequences.</param>
    /// <param name="chosen">Which of them.</param>
    /// <param name="special">Special tokens; a mask is needed.</param>
    /// <param name="vocabulary">Ids that a token by chance may have: [0, vocabulary).</param>
    /// <param name="share">Share of the tokens to choose.</param>
    /// <param name="noise">Where chance comes from.</param>
    public static MaskedBatch Of(PackedTexts texts, ReadOnlySpan<int> chosen, SpecialTokens special, int vocabulary, double share, NoiseSource noise)
    {
        int width = 0;
        foreach (int sequence in chosen) width = Math.Max(width, texts[sequence].Length);
        long[] ids = new long[chosen.Length * width], mask = new long[ids.Length];
        ids.AsSpan().Fill(Math.Max(0, special.Pad));
        using Tensor drawn = noise.Uniform([2, ids.Length], 0, 1, CPU);
        ReadOnlySpan<float> chance = MemoryMarshal.Cast<byte, float>(drawn.bytes), how = chance[ids.Length..];
        List<long> places = [], targets = [];
        int luckiest = -1;
        for (int row = 0; row < chosen.Length; row++)
        {
            ReadOnlySpan<int> tokens = texts[chosen[row]];
            for (int i = 0; i < tokens.Length; i++)
            {
                int at = (row * width) + i;
                (ids[at], mask[at]) = (tokens[i], 1);
                if (special.Holds(tokens[i])) continue;
                if (luckiest < 0 || chance[at] < chance[luckiest]) luckiest = at;
                if (chance[at] < share) Hide(at, how[at]);
            }
        }
        if (places.Count == 0 && luckiest >= 0) Hide(luckiest, how[luckiest]);
        return new MaskedBatch(ids, mask, chosen.Length, width, [.. places], [.. targets]);

        void Hide(int at, float which)
        {
            places.Add(at);
            targets.Add(ids[at]);
            if (which < Masked) ids[at] = special.Mask;
            else if (which < Random) ids[at] = Math.Min(vocabulary - 1, (long)((which - Masked) / (Random - Masked) * vocabulary));
        }
    }
}
