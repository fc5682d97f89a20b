using FsCheck;
using FsCheck.Fluent;
using MLPipes.AutoSearch;

namespace MLPipes.Tests;

[TestClass]
public sealed class GreedyEnsembleTests
{
    [TestMethod]
    public void Two_that_err_oppositely_are_averaged()
    {
        float[] truth = [1, 2, 3, 4], high = [2, 3, 4, 5], low = [0, 1, 2, 3], bad = [9, 9, 9, 9];

        int[] counts = Choose([high, low, bad], truth);

        Assert.AreEqual(counts[0], counts[1]);
        Assert.AreEqual(0, counts[2]);
    }

    [TestMethod]
    public void A_perfect_one_stays_alone()
    {
        float[] truth = [1, 2, 3, 4];

        CollectionAssert.AreEqual(new[] { 1, 0 }, Choose([truth, [0, 1, 2, 3]], truth));
    }

    [TestMethod]
    public void Never_worse_than_the_best_single_one() => Prop.ForAll(
        Gen.Choose(-100, 100).Select(v => v / 10f).ArrayOf(40).ToArbitrary(),
        values =>
        {
            float[][] candidates = [.. Enumerable.Range(1, 4).Select(c => values.Skip(c * 8).Take(8).ToArray())];
            float[] truth = values[..8];
            int[] counts = Choose(candidates, truth);
            return Loss(GreedyEnsemble.Average(candidates, counts), truth) <= candidates.Min(c => Loss(c, truth)) + 1e-6;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Threads_change_nothing()
    {
        Random random = new(5);
        float[] Draw() => [.. Enumerable.Range(0, 200).Select(_ => (float)random.NextDouble())];
        float[] truth = Draw();
        float[][] candidates = [.. Enumerable.Range(0, 9).Select(_ => Draw())];

        CollectionAssert.AreEqual(Choose(candidates, truth, threads: 1), Choose(candidates, truth, threads: 8));
    }

    [TestMethod]
    public void A_limit_on_members_is_kept()
    {
        Random random = new(5);
        float[] Draw() => [.. Enumerable.Range(0, 50).Select(_ => (float)random.NextDouble())];
        float[] truth = Draw();

        int[] counts = GreedyEnsemble.Choose([.. Enumerable.Range(0, 9).Select(_ => Draw())], p => Loss(p, truth), (chosen, c) => chosen[c] > 0 || chosen.Count(n => n > 0) < 2, 2, () => false);

        Assert.IsLessThanOrEqualTo(2, counts.Count(n => n > 0));
    }

    private static int[] Choose(float[][] candidates, float[] truth, int threads = 2) =>
        GreedyEnsemble.Choose(candidates, p => Loss(p, truth), (_, _) => true, threads, () => false);

    private static double Loss(float[] predictions, float[] truth)
    {
        double sum = 0;
        for (int i = 0; i < truth.Length; i++) sum += Math.Pow(predictions[i] - (double)truth[i], 2);
        return sum;
    }
}
