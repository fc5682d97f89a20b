using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

/// <summary>Leaves that share their values, and leaves that are linear.</summary>
[TestClass]
public sealed class TreeLeafTests
{
    [TestMethod]
    [DataRow(1, 20)]
    [DataRow(1, 90)]
    [DataRow(3, 12)]
    [DataRow(3, 90)]
    [DataRow(26, 60)]
    public void Shared_leaves_score_as_leaves_of_their_own(int outputs, int leaves)
    {
        Random random = new(leaves);
        TreeEnsembleBuilder shared = new(6, outputs), own = new(6, outputs);
        for (int t = 0; t < 9; t++)
        {
            Tree tree = RandomTrees.Shared(RandomTrees.Make(random, random.Next(1, leaves + 1), 6, categories: t % 3 == 0, outputs), random, outputs);
            shared.AddToAll(tree);
            own.AddToAll(new Tree
            {
                SplitFeature = tree.SplitFeature, Threshold = tree.Threshold, Left = tree.Left, Right = tree.Right,
                LeafValues = [.. tree.LeafRows!.SelectMany(row => tree.LeafValues[(row * outputs)..((row + 1) * outputs)])],
                DefaultLeft = tree.DefaultLeft, Missing = tree.Missing, CategoriesLeft = tree.CategoriesLeft,
            });
        }
        FeatureMatrix rows = FeatureMatrix.Dense(RandomTrees.MakeRows(random, 6, 150), 6);

        CollectionAssert.AreEqual(own.Build().ScoreAll(rows), shared.Build().ScoreAll(rows));
    }

    [TestMethod]
    [DataRow(1, 30, 7)]
    [DataRow(4, 9, 12)]
    public void Linear_leaves_give_the_line_or_their_plain_value(int outputs, int leaves, int features)
    {
        Random random = new(outputs);
        TreeEnsembleBuilder builder = new(features, outputs) { Scale = 0.5 };
        // Every third tree is plain, so that kinds mix.
        for (int t = 0; t < 3 * outputs; t++)
        {
            Tree tree = RandomTrees.Make(random, random.Next(1, leaves + 1), features, categories: t % 5 == 0);
            builder.Add(t % 3 == 2 ? tree : RandomTrees.Linear(tree, random, features), t % outputs);
        }
        TreeEnsembleModel model = builder.Build();
        FeatureMatrix rows = FeatureMatrix.Dense(RandomTrees.MakeRows(random, features, 203), features);

        float[] scores = model.ScoreAll(rows);

        for (int row = 0; row < rows.Rows; row++)
        {
            double[] sums = new double[outputs];
            for (int t = 0; t < model.Trees.Count; t++) sums[model.TreeOutputs[t]] += ValueOf(model.Trees[t], rows.Row(row).Values);
            for (int k = 0; k < outputs; k++)
                Assert.AreEqual(0.5 * sums[k], scores[(row * outputs) + k], 1e-6 * Math.Max(1, Math.Abs(sums[k])), $"row {row}, output {k}");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Linear_leaves_hold_what_every_model_must(int outputs)
    {
        Random random = new(8);
        TreeEnsembleBuilder builder = new(6, outputs) { Link = outputs == 1 ? new LogisticLink(0.001f) : new SoftmaxLink() };
        for (int t = 0; t < 6; t++) builder.Add(RandomTrees.Linear(RandomTrees.Make(random, 7, 6, categories: t % 3 == 0), random, 6), t % outputs);

        ModelChecks.Holds(builder.Build(), RandomTrees.MakeRows(random, 6, 120), damages: 6_000);
    }

    [TestMethod]
    public void Shared_leaves_hold_what_every_model_must()
    {
        Random random = new(9);
        TreeEnsembleBuilder builder = new(5, 4) { Scale = 0.25 };
        for (int t = 0; t < 6; t++) builder.AddToAll(RandomTrees.Shared(RandomTrees.Make(random, t % 2 == 0 ? 8 : 50, 5, categories: t == 1, 4), random, 4));

        ModelChecks.Holds(builder.Build(), RandomTrees.MakeRows(random, 5, 120), damages: 6_000);
    }

    [TestMethod]
    public void Broken_leaves_are_refused_with_the_place()
    {
        Refuses("leaf row", rows: [0]);
        Refuses("row 2 of 2", rows: [0, 2]);
        Refuses("row -1", rows: [0, -1]);
        Refuses("of their own", rows: [0, 1], lines: Lines());
        Refuses("not 2", lines: Lines(constants: [1]));
        Refuses("begin and end", lines: Lines(starts: [0, 1, 1]));
        Refuses("begin and end", lines: Lines(starts: [1, 1, 2]));
        Refuses("before they begin", lines: Lines(starts: [0, 3, 2]));
        Refuses("not one of 2", lines: Lines(features: [0, 2]));
        Refuses("not one of 2", lines: Lines(features: [-1, 1]));
        Refuses("ascend", lines: Lines(starts: [0, 2, 2], features: [1, 1]));
        Refuses("not finite", lines: Lines(coefficients: [1, double.NaN]));
        Refuses("not finite", lines: Lines(constants: [double.PositiveInfinity, 0]));
        Assert.ThrowsExactly<ArgumentException>(() => new TreeEnsembleBuilder(2, 2).AddToAll(Stump([1, 2, 3, 4], null, Lines())));
        Assert.ThrowsExactly<ArgumentException>(() => new TreeEnsembleBuilder(2, 2).AddToAll(Stump([1, 2, 3], [0, 0], null)));

        static void Refuses(string words, int[]? rows = null, LeafLines? lines = null) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TreeEnsembleBuilder(2, 1).Add(Stump([1, 2], rows, lines))).Message, words);

        static LeafLines Lines(double[]? constants = null, int[]? starts = null, int[]? features = null, double[]? coefficients = null) =>
            new() { Constants = constants ?? [1, 2], Starts = starts ?? [0, 1, 2], Features = features ?? [0, 1], Coefficients = coefficients ?? [1, 1] };

        static Tree Stump(double[] values, int[]? rows, LeafLines? lines) =>
            new() { SplitFeature = [0], Threshold = [0], Left = [~0], Right = [~1], LeafValues = values, LeafRows = rows, Lines = lines };
    }

    private static double ValueOf(Tree tree, ReadOnlySpan<float> row)
    {
        int leaf = RandomTrees.LeafOf(tree, row);
        if (tree.Lines is not { } lines) return tree.LeafValues[leaf];
        double sum = lines.Constants[leaf];
        for (int i = lines.Starts[leaf]; i < lines.Starts[leaf + 1]; i++)
        {
            if (!float.IsFinite(row[lines.Features[i]])) return tree.LeafValues[leaf];
            sum += lines.Coefficients[i] * row[lines.Features[i]];
        }
        return sum;
    }
}
