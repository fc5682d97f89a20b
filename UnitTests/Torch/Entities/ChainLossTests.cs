using TorchSharp;
using static TorchSharp.torch;

namespace MLPipes.Trainers.Torch.Tests;

/// <summary>The batched loss against all sequences, one by one.</summary>
[TestClass]
public sealed class ChainLossTests
{
    [ClassInitialize]
    public static void Load(TestContext _) => TorchRuntime.Load();

    [TestMethod]
    public void Sum_and_score_of_sentences_of_several_lengths_are_those_of_enumeration()
    {
        using DisposeScope scope = NewDisposeScope();
        Random random = new(1);
        TagSet tags = TagSet.Of(["A"], TagScheme.Plain);
        int[] lengths = [1, 4, 3];
        int longest = 4, count = tags.Count;
        Chain chain = ChainTests.RandomChain(tags, random);
        float[][] emissions = [.. lengths.Select(l => ChainTests.Draw(random, l * count))];
        float[] padded = new float[lengths.Length * longest * count];
        Array.Fill(padded, 77f);
        long[] gold = new long[lengths.Length * longest];
        bool[] mask = new bool[gold.Length];
        for (int s = 0; s < lengths.Length; s++)
        {
            emissions[s].CopyTo(padded, s * longest * count);
            for (int i = 0; i < lengths[s]; i++) (mask[(s * longest) + i], gold[(s * longest) + i]) = (true, random.Next(count));
        }
        Tensor scores = tensor(padded, [3, longest, count]), words = tensor(mask, [3, longest]), sequences = tensor(gold, [3, longest]), last = tensor(lengths.Select(l => l - 1L).ToArray()).view(3, 1);
        (Tensor pairs, Tensor begins, Tensor ends) = (tensor(chain.Transitions, [count, count]), tensor(chain.Begins), tensor(chain.Ends));

        float[] sums = TextEncoder.Values(ChainLoss.LogSum(scores, words, pairs, begins, ends));
        float[] given = TextEncoder.Values(ChainLoss.Score(scores, sequences, words.to(ScalarType.Float32), last, pairs, begins, ends));

        for (int s = 0; s < lengths.Length; s++)
        {
            double sum = Math.Log(ChainTests.All(lengths[s], count).Sum(sequence => Math.Exp(chain.Score(emissions[s], sequence))));
            Assert.AreEqual(sum, sums[s], 1e-4);
            Assert.AreEqual(chain.Score(emissions[s], [.. Enumerable.Range(0, lengths[s]).Select(i => (int)gold[(s * longest) + i])]), given[s], 1e-4);
        }
    }

    [TestMethod]
    [DataRow(EntityHead.Softmax)]
    [DataRow(EntityHead.Crf)]
    public void Loss_and_gradient_of_a_head_are_those_of_the_probabilities(EntityHead kind)
    {
        using DisposeScope scope = NewDisposeScope();
        Random random = new(2);
        TagSet tags = TagSet.Of(["A", "B"], TagScheme.Bio);
        using ChainHead head = new(tags, kind == EntityHead.Crf, CPU);
        int[][] gold = [[0, tags.IndexOf("B-A"), tags.IndexOf("I-A")], [tags.IndexOf("B-B")]];
        float[] values = ChainTests.Draw(random, 4 * tags.Count);
        Tensor emissions = tensor(values, [4, tags.Count]).requires_grad_(true);

        Tensor loss = head.Loss(emissions, gold, smoothing: 0);
        loss.backward();
        float[] gradient = TextEncoder.Values(emissions.grad!);

        // d loss / d emission = (probability − 1 where the tag is the true one) / words.
        double expected = 0;
        for (int s = 0, at = 0; s < 2; at += gold[s++].Length)
        {
            int words = gold[s].Length;
            double[] marginals = new double[words * tags.Count];
            ReadOnlySpan<float> own = values.AsSpan(at * tags.Count, words * tags.Count);
            Chain chain = kind == EntityHead.Crf ? head.ToChain() : new Chain(TagSet.Of(tags.Names.Skip(1), TagScheme.Plain));
            expected += (chain.Marginals(own, words, marginals) - chain.Score(own, gold[s])) / 4;
            for (int i = 0; i < words; i++)
                for (int t = 0; t < tags.Count; t++)
                    Assert.AreEqual((marginals[(i * tags.Count) + t] - (gold[s][i] == t ? 1 : 0)) / 4, gradient[((at + i) * tags.Count) + t], 1e-5);
        }
        Assert.AreEqual(expected, loss.item<float>(), 1e-4);
    }

    [TestMethod]
    public void Smoothing_spreads_the_target_over_all_tags()
    {
        using DisposeScope scope = NewDisposeScope();
        TagSet tags = TagSet.Of(["A"], TagScheme.Bio);
        using ChainHead head = new(tags, isChain: false, CPU);
        Tensor emissions = tensor(new float[] { 1, 2, 3 }, [1, 3]);
        double[] logs = [.. new[] { 1.0, 2, 3 }.Select(x => x - Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3)))];

        float loss = head.Loss(emissions, [[2]], smoothing: 0.3).item<float>();

        Assert.AreEqual((-0.7 * logs[2]) - (0.3 * logs.Average()), loss, 1e-5);
    }
}
