using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

/// <summary>Small trees are scored by masks in place of a walk: the same leaves, and the same sums to the last bit.</summary>
[TestClass]
public sealed class TreeMaskTests
{
    [TestMethod]
    [DataRow(37, 1, 3, false)]
    [DataRow(101, 2, 5, true)] // stumps
    [DataRow(6, 8, 40, false)]
    [DataRow(6, 9, 40, false)] // a second byte
    [DataRow(100, 20, 30, true)]
    [DataRow(130, 32, 6, true)]
    [DataRow(130, 32, 6, false)] // all trees share nine thresholds a feature
    [DataRow(41, 33, 6, true)]
    [DataRow(26, 57, 9, true)]
    [DataRow(27, 64, 9, true)]
    [DataRow(27, 65, 9, true)] // one leaf too many
    [DataRow(64, 64, 1, true)] // three levels of thresholds
    [DataRow(400, 31, 12, true)] // several blocks
    [DataRow(33, 31, 70, true)]
    [DataRow(50, 20, 900, true)] // more slots than are worth looking at
    public void Every_shape_scores_as_walking_down_each_tree_to_the_last_bit(int trees, int leaves, int features, bool fine)
    {
        Random random = new((trees * 1000) + leaves);
        TreeEnsembleBuilder builder = new(features, 1) { Biases = [0.1], Scale = 1.0 / 3 };
        for (int t = 0; t < trees; t++) builder.Add(Made(random, t % 3 == 0 ? leaves : random.Next(1, leaves + 1), features, fine));
        TreeEnsembleModel model = builder.Build();
        FeatureMatrix rows = FeatureMatrix.Dense(RandomTrees.MakeRows(random, features, 131), features);

        float[] scores = model.ScoreAll(rows, threads: 1);

        Tree[] order = new TreeOrder([.. model.Trees], model.TreeOutputs.ToArray(), 1).Trees;
        for (int row = 0; row < rows.Rows; row++)
        {
            float expected = Walked(order, rows.Row(row).Values);
            Assert.AreEqual(expected, scores[row], $"row {row} in a batch");
            Assert.AreEqual(expected, ModelChecks.Scores(model, rows.Row(row).Values.ToArray())[0], $"row {row} alone");
        }
    }

    [TestMethod]
    [DataRow(100, 20, 30, 100)]
    [DataRow(100, 2, 30, 100)]
    [DataRow(30, 64, 8, 30)]
    [DataRow(500, 31, 30, 500)] // blocks of few trees
    [DataRow(30, 65, 8, 0)]
    [DataRow(50, 20, 5000, 0)] // a slot for nearly every split
    public void Small_trees_are_taken_where_that_beats_a_walk(int trees, int leaves, int features, int expected)
    {
        Random random = new(leaves);
        Tree[] made = [.. Enumerable.Range(0, trees).Select(_ => OneKindOfMissing(Made(random, leaves, features, fine: true)))];

        TreeMasks masks = new(new TreeOrder(made, new int[trees], 1), new TreeSlots(made));

        Assert.AreEqual(expected, masks.Count);
    }

    [TestMethod]
    public void Blocks_follow_each_other_without_a_gap()
    {
        Random random = new(3);
        Tree[] made = [.. Enumerable.Range(0, 901).Select(t => OneKindOfMissing(Made(random, 1 + (t % 64), 12, fine: true)))];

        TreeMasks masks = new(new TreeOrder(made, new int[made.Length], 1), new TreeSlots(made));

        int next = 0;
        foreach (TreeBlock block in masks.Blocks)
        {
            Assert.AreEqual(next, block.First);
            Assert.AreEqual(0, block.First % 4, "a block starts at the first running sum");
            next += block.Count;
        }
        Assert.AreEqual(masks.Count, next);
        Assert.IsGreaterThan(1, masks.Blocks.Length);
        Assert.IsGreaterThan(901 - 4, masks.Count, "only a rest of less than four is left to walk");
    }

    [TestMethod]
    public void Trees_with_categories_follow_those_without()
    {
        Random random = new(4);
        TreeEnsembleBuilder builder = new(9, 1);
        for (int t = 0; t < 90; t++)
        {
            Tree tree = RandomTrees.Make(random, random.Next(1, 66), 9, categories: t % 4 == 0);
            builder.Add(t % 4 == 0 ? tree : RandomTrees.Fine(tree, random));
        }
        TreeEnsembleModel model = builder.Build();
        FeatureMatrix rows = FeatureMatrix.Dense(RandomTrees.MakeRows(random, 9, 140), 9);

        float[] scores = model.ScoreAll(rows, threads: 1);

        for (int row = 0; row < rows.Rows; row++)
        {
            double sum = 0;
            foreach (Tree tree in model.Trees) sum += tree.LeafValues[RandomTrees.LeafOf(tree, rows.Row(row).Values)];
            Assert.AreEqual((float)sum, scores[row], $"row {row}");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(17)]
    [DataRow(32)]
    [DataRow(33)]
    [DataRow(271)]
    [DataRow(272)]
    [DataRow(273)]
    [DataRow(289)]
    [DataRow(4623)]
    [DataRow(4624)]
    [DataRow(4625)]
    [DataRow(5000)]
    public unsafe void Ranks_are_counts_of_lower_thresholds(int count)
    {
        Random random = new(count);
        SortedSet<float> distinct = [float.NegativeInfinity, float.MinValue, 0, float.Epsilon, float.MaxValue];
        while (distinct.Count < count) distinct.Add((float)(random.NextDouble() - 0.5));
        float[] sorted = [.. distinct.Take(count)], nodes = new float[ThresholdKeys.NodesFor(count) * ThresholdKeys.Node];
        int levels = ThresholdKeys.LevelsFor(count);

        ThresholdKeys.Lay(sorted, nodes);

        float[] values = [.. sorted, .. sorted.Select(MathF.BitIncrement), .. sorted.Select(MathF.BitDecrement), float.PositiveInfinity, -0f];
        Array.Sort(values);
        int expected = 0;
        fixed (float* keys = nodes)
        {
            foreach (float value in values)
            {
                while (expected < sorted.Length && sorted[expected] < value) expected++;
                Assert.AreEqual(expected, (int)ThresholdKeys.Rank(keys, levels, value), $"{value} among {count}");
                if (levels == 1) Assert.AreEqual(expected, (int)ThresholdKeys.Above(keys, value), $"{value} among {count}");
                if (levels == 2) Assert.AreEqual(expected, (int)ThresholdKeys.RankInTwo(keys, value), $"{value} among {count}");
            }
        }
    }

    private static Tree Made(Random random, int leaves, int features, bool fine)
    {
        Tree tree = RandomTrees.Fractions(RandomTrees.Make(random, leaves, features, categories: false), random);
        return fine ? RandomTrees.Fine(tree, random) : tree;
    }

    // So that there is one slot a feature.
    private static Tree OneKindOfMissing(Tree tree)
    {
        Array.Clear(tree.Missing!);
        Array.Clear(tree.DefaultLeft!);
        return tree;
    }

    // Tree p of the order adds to running sum p mod 4.
    private static float Walked(Tree[] order, ReadOnlySpan<float> row)
    {
        double[] sums = new double[4];
        for (int p = 0; p < order.Length; p++) sums[p % 4] += order[p].LeafValues[RandomTrees.LeafOf(order[p], row)];
        return (float)(0.1 + (1.0 / 3 * (sums[0] + sums[1] + (sums[2] + sums[3]))));
    }
}
