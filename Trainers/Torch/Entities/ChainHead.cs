using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch;

/// <summary>What makes a loss of the scores of words' tags: each word for itself (softmax), or whole sentences by a conditional random field.</summary>
internal sealed class ChainHead : nn.Module
{
    // Forbidden pairs while training: so unlikely that they add nothing, and finite, so that gradients are numbers.
    private const float Forbidden = -10_000;

    private readonly TagSet tags;
    private readonly Parameter? transitions, begins, ends;
    private readonly Tensor? pairRules, beginRules, endRules;

    /// <param name="tags">The tags.</param>
    /// <param name="isChain">Whether scores of pairs of tags are learned.</param>
    /// <param name="device">Where they live.</param>
    public ChainHead(TagSet tags, bool isChain, Device device) : base("chain")
    {
        this.tags = tags;
        if (isChain)
        {
            int count = tags.Count;
            transitions = new Parameter(zeros(count, count, device: device));
            begins = new Parameter(zeros(count, device: device));
            ends = new Parameter(zeros(count, device: device));
            pairRules = Rules(Enumerable.Range(0, count * count).Select(i => tags.MayFollow(i / count, i % count)), device).view(count, count);
            beginRules = Rules(tags.MayBegin, device);
            endRules = Rules(tags.MayEnd, device);
        }
        RegisterComponents();
    }

    /// <summary>The weights that are trained, none for a softmax.</summary>
    /// <param name="depth">How high they stand.</param>
    /// <param name="factor">Factor of their rate.</param>
    public IEnumerable<TrainedWeight> Weights(int depth, double factor) => transitions is null ? [] :
    [
        new TrainedWeight("chain.transitions", transitions) { Depth = depth, RateFactor = factor, Decays = false },
        new TrainedWeight("chain.begins", begins!) { Depth = depth, RateFactor = factor },
        new TrainedWeight("chain.ends", ends!) { Depth = depth, RateFactor = factor },
    ];

    /// <summary>The chain as it is now.</summary>
    public Chain ToChain() => transitions is null ? new Chain(tags) : new Chain(tags, TextEncoder.Values(transitions), TextEncoder.Values(begins!), TextEncoder.Values(ends!));

    /// <summary>Mean loss of a word, a scalar.</summary>
    /// <param name="emissions">[words × tags], sentences behind each other.</param>
    /// <param name="gold">The true tags of each sentence; none is empty.</param>
    /// <param name="smoothing">Share of the target that is spread over all tags; for a softmax only.</param>
    public Tensor Loss(Tensor emissions, IReadOnlyList<int[]> gold, double smoothing)
    {
        int words = gold.Sum(g => g.Length);
        if (transitions is null)
        {
            Tensor target = tensor([.. gold.SelectMany(g => g).Select(t => (long)t)], device: emissions.device);
            Tensor logs = nn.functional.log_softmax(emissions, 1);
            Tensor right = logs.gather(1, target.unsqueeze(1)).mean().neg();
            return smoothing == 0 ? right : right.Times(1 - smoothing).Plus(logs.mean().neg(), smoothing);
        }
        int longest = gold.Max(g => g.Length), sentences = gold.Count;
        long[] place = new long[sentences * longest], padded = new long[sentences * longest], last = new long[sentences];
        bool[] isWord = new bool[sentences * longest];
        for (int s = 0, at = 0; s < sentences; s++)
        {
            last[s] = gold[s].Length - 1;
            for (int i = 0; i < gold[s].Length; i++, at++)
            {
                int cell = (s * longest) + i;
                (place[cell], padded[cell], isWord[cell]) = (at, gold[s][i], true);
            }
        }
        Device device = emissions.device;
        Tensor scores = emissions.index_select(0, tensor(place, device: device)).view(sentences, longest, tags.Count);
        Tensor mask = tensor(isWord, device: device).view(sentences, longest), sequence = tensor(padded, device: device).view(sentences, longest);
        Tensor pairs = transitions + pairRules!, first = begins! + beginRules!, final = ends! + endRules!;
        Tensor sum = ChainLoss.LogSum(scores, mask, pairs, first, final);
        Tensor score = ChainLoss.Score(scores, sequence, mask.to(ScalarType.Float32), tensor(last, device: device).view(-1, 1), pairs, first, final);
        return (sum - score).sum().Times(1.0 / words);
    }

    private static Tensor Rules(IEnumerable<bool> allowed, Device device) => tensor([.. allowed.Select(a => a ? 0f : Forbidden)], device: device);
}
