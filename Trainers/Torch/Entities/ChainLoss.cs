using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>The negative log-likelihood of tag sequences under a linear chain, by batched tensors.</summary>
/// <remarks>
/// Forward algorithm in logarithms: α₀ = b + e₀, αᵢ = logsumexp over the tag before of (αᵢ₋₁ + T) + eᵢ; all sentences of a batch step together, and those
/// that have ended keep their α. Time O(longest · tags²) steps of tensors. Source: Lafferty, McCallum and Pereira, ICML 2001; Rabiner 1989.
/// </remarks>
internal static class ChainLoss
{
    /// <summary>log Σ exp(score) over all sequences of each sentence: [sentences].</summary>
    /// <param name="emissions">[sentences × longest × tags], float32; beyond a sentence's end anything.</param>
    /// <param name="mask">bool, [sentences × longest]: true for words; every sentence has at least one.</param>
    /// <param name="transitions">[from × to]; forbidden ones large and negative, not −∞, whose gradient is no number.</param>
    /// <param name="begins">[tags].</param>
    /// <param name="ends">[tags].</param>
    public static Tensor LogSum(Tensor emissions, Tensor mask, Tensor transitions, Tensor begins, Tensor ends)
    {
        long longest = emissions.shape[1];
        Tensor alpha = begins + emissions.select(1, 0), pairs = transitions.unsqueeze(0);
        for (long i = 1; i < longest; i++)
        {
            Tensor next = (alpha.unsqueeze(2) + pairs).logsumexp(1) + emissions.select(1, i);
            alpha = where(mask.select(1, i).unsqueeze(1), next, alpha);
        }
        return (alpha + ends).logsumexp(1);
    }

    /// <summary>Scores of given sequences: [sentences].</summary>
    /// <param name="emissions">[sentences × longest × tags].</param>
    /// <param name="tags">int64, [sentences × longest]; beyond a sentence's end any tag.</param>
    /// <param name="mask">float32, [sentences × longest]: 1 for words.</param>
    /// <param name="last">int64, [sentences × 1]: index of each sentence's last word.</param>
    /// <param name="transitions">[from × to].</param>
    /// <param name="begins">[tags].</param>
    /// <param name="ends">[tags].</param>
    public static Tensor Score(Tensor emissions, Tensor tags, Tensor mask, Tensor last, Tensor transitions, Tensor begins, Tensor ends)
    {
        long longest = emissions.shape[1], count = transitions.shape[1];
        Tensor score = (emissions.gather(2, tags.unsqueeze(2)).squeeze(2) * mask).sum(1) + begins.index_select(0, tags.select(1, 0)) + ends.index_select(0, tags.gather(1, last).squeeze(1));
        if (longest == 1) return score;
        Tensor from = tags.narrow(1, 0, longest - 1), to = tags.narrow(1, 1, longest - 1);
        using TorchSharp.Scalar width = count;
        Tensor steps = transitions.reshape(-1).index_select(0, (from.mul(width) + to).reshape(-1)).view(from.shape);
        return score + (steps * mask.narrow(1, 1, longest - 1)).sum(1);
    }
}
