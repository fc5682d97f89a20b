using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

/// <summary>However trees are laid out and scored, the result is that of walking down each by the contract.</summary>
[TestClass]
public sealed class TreeScoringTests
{
    [TestMethod]
    [DataRow(1, 20, 5, false)] // fits every small layout
    [DataRow(3, 31, 40, false)] // two tables of slots
    [DataRow(17, 32, 6, false)]
    [DataRow(33, 33, 6, false)] // more leaves than a small tree has
    [DataRow(40, 31, 300, false)] // more slots than tables have
    [DataRow(9, 200, 12, false)]
    [DataRow(30, 20, 6, true)]
    [DataRow(5, 300, 6, true)]
    [DataRow(0, 1, 3, false)]
    [DataRow(50, 1, 3, false)]
    public void Random_ensembles_agree_with_walking_down_each_tree(int trees, int leaves, int features, bool categories)
    {
        Random random = new((trees * 1000) + leaves);
        TreeEnsembleBuilder builder = new(features, 1) { Biases = [3], Scale = 0.5 };
        for (int t = 0; t < trees; t++) builder.Add(RandomTrees.Make(random, random.Next(1, leaves + 1), features, categories && t % 2 == 0));
        TreeEnsembleModel model = builder.Build();
        FeatureMatrix rows = FeatureMatrix.Dense(RandomTrees.MakeRows(random, features, 203), features);

        float[] scores = model.ScoreAll(rows);

        for (int row = 0; row < rows.Rows; row++)
        {
            double sum = 0;
            foreach (Tree tree in model.Trees) sum += tree.LeafValues[RandomTrees.LeafOf(tree, rows.Row(row).Values)];
            Assert.AreEqual((float)(3 + (0.5 * sum)), scores[row], $"row {row}");
        }
    }

    [TestMethod]
    [DataRow(2, 20, false)]
    [DataRow(5, 60, true)]
    [DataRow(80, 9, true)]
    [DataRow(3, 32, false)]
    [DataRow(4, 64, false)] // the larger trees for all outputs keep their leaves in tables of their own
    public void Several_outputs_and_leaves_for_all_outputs_agree_too(int outputs, int leaves, bool categories)
    {
        Random random = new(outputs);
        TreeEnsembleBuilder builder = new(7, outputs);
        for (int t = 0; t < 3 * outputs; t++) builder.Add(RandomTrees.Make(random, random.Next(1, leaves + 1), 7, categories), t % outputs);
        for (int t = 0; t < 11; t++) builder.AddToAll(RandomTrees.Make(random, random.Next(1, leaves + 1), 7, categories, outputs));
        TreeEnsembleModel model = builder.Build();
        FeatureMatrix rows = FeatureMatrix.Dense(RandomTrees.MakeRows(random, 7, 70), 7);

        float[] scores = model.ScoreAll(rows);

        for (int row = 0; row < rows.Rows; row++)
        {
            double[] sums = new double[outputs];
            for (int t = 0; t < model.Trees.Count; t++)
            {
                Tree tree = model.Trees[t];
                int leaf = RandomTrees.LeafOf(tree, rows.Row(row).Values);
                if (model.TreeOutputs[t] >= 0) sums[model.TreeOutputs[t]] += tree.LeafValues[leaf];
                else
                    for (int k = 0; k < outputs; k++) sums[k] += tree.LeafValues[(leaf * outputs) + k];
            }
            for (int k = 0; k < outputs; k++) Assert.AreEqual((float)sums[k], scores[(row * outputs) + k], $"row {row}, output {k}");
        }
    }

    [TestMethod]
    [DataRow(30, 20, 8, 1, false)]
    [DataRow(30, 60, 8, 1, true)]
    [DataRow(30, 64, 8, 1, false)]
    [DataRow(66, 32, 9, 1, false)]
    [DataRow(12, 20, 8, 3, true)]
    [DataRow(12, 20, 700, 70, false)]
    public void Holds_what_every_model_must(int trees, int leaves, int features, int outputs, bool categories)
    {
        Random random = new(leaves + features);
        TreeEnsembleBuilder builder = new(features, outputs) { Link = outputs == 1 ? new LogisticLink(0.001f) : new SoftmaxLink(), Scale = 1.0 / 3 };
        for (int t = 0; t < trees; t++)
        {
            builder.Add(RandomTrees.Fractions(RandomTrees.Make(random, leaves, features, categories), random), t % outputs);
            if (t % 4 == 0) builder.AddToAll(RandomTrees.Fractions(RandomTrees.Make(random, leaves, features, categories: false, outputs), random));
        }
        float[] rows = RandomTrees.MakeRows(random, features, 150);

        ModelChecks.Holds(builder.Build(), rows, damages: 200);
    }

    [TestMethod]
    public void Damaged_files_give_a_model_that_scores_or_a_clear_error()
    {
        Random random = new(12);
        TreeEnsembleBuilder builder = new(5, 2) { Link = new SoftmaxLink() };
        for (int t = 0; t < 3; t++) builder.Add(RandomTrees.Make(random, 6, 5, categories: t == 1), t % 2);
        builder.AddToAll(RandomTrees.Make(random, 4, 5, categories: true, leafWidth: 2));

        ModelChecks.Holds(builder.Build(), RandomTrees.MakeRows(random, 5, 60), damages: 8_000);
    }

    [TestMethod]
    public void Threads_share_a_model()
    {
        Random random = new(6);
        TreeEnsembleBuilder builder = new(6, 1);
        for (int t = 0; t < 40; t++) builder.Add(RandomTrees.Fractions(RandomTrees.Make(random, random.Next(2, 60), 6, t % 3 == 0), random));
        TreeEnsembleModel model = builder.Build();
        FeatureMatrix rows = FeatureMatrix.Dense(RandomTrees.MakeRows(random, 6, 5_000), 6);
        float[] expected = model.ScoreAll(rows, threads: 1);

        Parallel.For(0, 8, _ => CollectionAssert.AreEqual(expected, model.ScoreAll(rows, threads: 2)));
    }
}
