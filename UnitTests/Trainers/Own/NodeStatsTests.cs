namespace MLPipes.Trainers.Tests;

/// <summary>The ways of judging a split of a node agree with each other.</summary>
[TestClass]
public sealed class NodeStatsTests
{
    private const int Rows = 300;

    [TestMethod]
    [DataRow(0, 1, 40)]
    [DataRow(0, 7, 3)]
    [DataRow(2, 1, 250)]
    [DataRow(2, 20, 5)]
    [DataRow(7, 1, 40)]
    [DataRow(7, 149, 255)]
    [DataRow(7, 151, 40)]
    public void Sums_by_bin_find_the_cut_that_sorted_rows_find(int classes, int minLeaf, int bins)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            (INodeStats stats, int[] keys) = Node(classes, bins, seed);
            int[] order = [.. Enumerable.Range(0, Rows).OrderBy(i => keys[i])], sorted = [.. order.Select(i => keys[i])];

            double expected = stats.BestCut(order, sorted, Rows, minLeaf, missingLeft: false, out int cut);
            double actual = stats.BestBin(keys, keys.Min(), keys.Max(), minLeaf, out int below, out int above);

            Assert.AreEqual(double.IsNegativeInfinity(expected), double.IsNegativeInfinity(actual));
            if (double.IsNegativeInfinity(expected)) continue;
            Assert.AreEqual(expected, actual, 1e-9 * Math.Abs(expected));
            Assert.AreEqual((sorted[cut - 1], sorted[cut]), (below, above));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    [DataRow(7)]
    public void A_threshold_gains_what_its_sides_gain(int classes)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            (INodeStats stats, int[] keys) = Node(classes, bins: 50, seed);
            float[] values = [.. keys.Select(k => (float)k)];
            byte[] sides = [.. keys.Select(k => k <= 20 ? (byte)0 : (byte)1)];
            foreach (int minLeaf in (int[])[1, 100, 170])
                Assert.AreEqual(stats.GainOf(sides, minLeaf, missingIsFree: false, out _), stats.GainBelow(values, 20, minLeaf), 1e-6);
        }
    }

    private static (INodeStats Stats, int[] Keys) Node(int classes, int bins, int seed)
    {
        Random random = new(seed);
        float[] labels = [.. Enumerable.Range(0, Rows).Select(_ => classes == 0 ? random.Next(100) : random.Next(classes))];
        float[] weights = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(1, 4))];
        INodeStats stats = classes == 0 ? new NumberStats(labels, 50) : new ClassStats(labels, classes);
        stats.Load([.. Enumerable.Range(0, Rows)], weights);
        return (stats, [.. Enumerable.Range(0, Rows).Select(_ => random.Next(bins))]);
    }
}
