namespace MLPipes.Trainers.Torch.Tests;

/// <summary>The chain against all sequences, one by one.</summary>
[TestClass]
public sealed class ChainTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void Best_sequence_sum_and_probabilities_are_those_of_enumeration(int words)
    {
        Random random = new(words);
        TagSet tags = TagSet.Of(["A", "B"], TagScheme.Bio);
        for (int round = 0; round < 20; round++)
        {
            Chain chain = RandomChain(tags, random);
            float[] emissions = Draw(random, words * tags.Count);
            double sum = 0, most = double.NegativeInfinity;
            int[] best = [];
            double[] marginals = new double[words * tags.Count], pairs = new double[tags.Count * tags.Count];
            foreach (int[] sequence in All(words, tags.Count))
            {
                double score = chain.Score(emissions, sequence), weight = Math.Exp(score);
                sum += weight;
                if (score > most) (most, best) = (score, sequence);
                for (int i = 0; i < words; i++) marginals[(i * tags.Count) + sequence[i]] += weight;
                for (int i = 1; i < words; i++) pairs[(sequence[i - 1] * tags.Count) + sequence[i]] += weight;
            }

            int[] decoded = new int[words];
            double score2 = chain.Decode(emissions, decoded);
            double[] found = new double[marginals.Length], foundPairs = new double[pairs.Length];
            double logSum = chain.Marginals(emissions, words, found, foundPairs);

            CollectionAssert.AreEqual(best, decoded);
            Assert.AreEqual(most, score2, 1e-4);
            Assert.AreEqual(Math.Log(sum), logSum, 1e-4);
            for (int i = 0; i < found.Length; i++) Assert.AreEqual(marginals[i] / sum, found[i], 1e-6);
            for (int i = 0; i < pairs.Length; i++) Assert.AreEqual(pairs[i] / sum, foundPairs[i], 1e-5);
        }
    }

    [TestMethod]
    public void What_the_scheme_forbids_is_never_chosen_however_high_its_score()
    {
        TagSet tags = TagSet.Of(["A", "B"], TagScheme.Bioes);
        Chain chain = new(tags);
        Random random = new(3);
        for (int round = 0; round < 200; round++)
        {
            float[] emissions = [.. Draw(random, 6 * tags.Count).Select(e => e * 200)];
            int[] decoded = new int[6];
            double[] marginals = new double[emissions.Length];

            chain.Decode(emissions, decoded);
            chain.Marginals(emissions, 6, marginals);

            Assert.IsFalse(TagSequences.IsBroken([.. decoded.Select(t => tags.Names[t])]));
            for (int i = 0; i < 6; i++) Assert.AreEqual(1, marginals.AsSpan(i * tags.Count, tags.Count).ToArray().Sum(), 1e-6);
        }
    }

    [TestMethod]
    public void A_long_chain_neither_overflows_nor_vanishes()
    {
        TagSet tags = TagSet.Of(["A"], TagScheme.Bio);
        Random random = new(4);
        float[] emissions = [.. Draw(random, 5000 * tags.Count).Select(e => e * 30)];
        double[] marginals = new double[emissions.Length];

        double logSum = RandomChain(tags, random).Marginals(emissions, 5000, marginals);

        Assert.IsTrue(double.IsFinite(logSum));
        Assert.IsTrue(marginals.All(m => m is >= 0 and <= 1 + 1e-9));
    }

    internal static Chain RandomChain(TagSet tags, Random random) => new(tags, Draw(random, tags.Count * tags.Count), Draw(random, tags.Count), Draw(random, tags.Count));

    internal static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];

    internal static IEnumerable<int[]> All(int words, int tags)
    {
        int[] sequence = new int[words];
        while (true)
        {
            yield return [.. sequence];
            int at = words - 1;
            while (at >= 0 && ++sequence[at] == tags) sequence[at--] = 0;
            if (at < 0) yield break;
        }
    }
}
