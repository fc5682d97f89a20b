using MLPipes.Pipelines;

namespace MLPipes.Tests.Models;

[TestClass]
public sealed class TreeEnsembleModelTests
{
    [TestMethod]
    [DataRow(0.5f, 1f)]
    [DataRow(0.50001f, 2f)]
    [DataRow(float.NaN, 2f)]
    [DataRow(float.NegativeInfinity, 1f)]
    [DataRow(float.PositiveInfinity, 2f)]
    public void Numeric_split_sends_values_up_to_the_threshold_left(float value, float expected) =>
        Assert.AreEqual(expected, Stump(value, MissingType.NaN, defaultLeft: false));

    [TestMethod]
    [DataRow(MissingType.NaN, true, float.NaN, 1f)]
    [DataRow(MissingType.NaN, true, 0f, 2f)]
    [DataRow(MissingType.None, true, float.NaN, 2f)] // read as 0, above −0.5
    [DataRow(MissingType.None, false, float.NaN, 2f)]
    [DataRow(MissingType.Zero, true, float.NaN, 1f)]
    [DataRow(MissingType.Zero, true, 0f, 1f)]
    [DataRow(MissingType.Zero, true, 1e-36f, 1f)]
    [DataRow(MissingType.Zero, true, 1e-34f, 2f)]
    [DataRow(MissingType.Zero, false, 0f, 2f)]
    [DataRow(MissingType.Zero, false, -1f, 1f)]
    public void Missing_values_take_the_default_side_as_LightGBM_has_it(MissingType missing, bool defaultLeft, float value, float expected) =>
        Assert.AreEqual(expected, Stump(value, missing, defaultLeft, threshold: -0.5f));

    [TestMethod]
    [DataRow(0f, 1f)]
    [DataRow(70f, 1f)]
    [DataRow(70.9f, 1f)]
    [DataRow(-0.5f, 1f)] // cut to 0
    [DataRow(1f, 2f)]
    [DataRow(71f, 2f)]
    [DataRow(-1f, 2f)]
    [DataRow(1e9f, 2f)]
    [DataRow(float.NaN, 2f)]
    [DataRow(float.PositiveInfinity, 2f)]
    public void Categorical_split_sends_its_codes_left_and_all_else_right(float value, float expected)
    {
        TreeEnsembleBuilder builder = new(1, 1);
        builder.Add(new Tree { SplitFeature = [0], Threshold = [0], Left = [~0], Right = [~1], LeafValues = [1, 2], CategoriesLeft = [[0, 70]] });

        Assert.AreEqual(expected, ModelChecks.ScoreOne(builder.Build(), value));
    }

    [TestMethod]
    public void Ensembles_without_trees_and_trees_without_splits_give_constants()
    {
        TreeEnsembleBuilder builder = new(0, 2) { Biases = [1, 2], Scale = 0.5 };
        TreeEnsembleModel empty = builder.Build();
        builder.Add(Tree.Leaf(4), output: 1);
        builder.AddToAll(Tree.Leaf(10, 20));
        TreeEnsembleModel leaves = builder.Build();

        CollectionAssert.AreEqual(new float[] { 1, 2 }, ModelChecks.Scores(empty, []));
        CollectionAssert.AreEqual(new float[] { 6, 14 }, ModelChecks.Scores(leaves, []));
    }

    [TestMethod]
    public void Deeper_trees_add_up_by_output()
    {
        TreeEnsembleBuilder builder = new(2, 2);
        builder.Add(new Tree { SplitFeature = [0, 1], Threshold = [0, 5], Left = [1, ~0], Right = [~1, ~2], LeafValues = [1, 2, 3] }, output: 0);
        builder.Add(new Tree { SplitFeature = [1], Threshold = [5], Left = [~1], Right = [~0], LeafValues = [10, 20] }, output: 1);
        TreeEnsembleModel model = builder.Build();

        CollectionAssert.AreEqual(new float[] { 1, 20 }, ModelChecks.Scores(model, [-1, 5]));
        CollectionAssert.AreEqual(new float[] { 3, 10 }, ModelChecks.Scores(model, [0, 6]));
        CollectionAssert.AreEqual(new float[] { 2, 20 }, ModelChecks.Scores(model, [1, 0]));
    }

    [TestMethod]
    public void Rounded_thresholds_split_floats_as_the_doubles_do()
    {
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            float x = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            double near = double.IsFinite(x) ? x + (x * (random.NextDouble() - 0.5) * 1e-7) : 1e300;
            Assert.AreEqual(x <= near, x <= Tree.RoundDown(near), $"{x:R} against {near:R}");
        }
        Assert.AreEqual(float.MaxValue, Tree.RoundDown(1e300));
        Assert.AreEqual(float.NegativeInfinity, Tree.RoundDown(-1e300));
    }

    [TestMethod]
    public void Broken_trees_are_refused_with_the_place()
    {
        Refuses("not one of 2", t => t.SplitFeature[1] = 2);
        Refuses("reached twice", t => t.Left[1] = 0);
        Refuses("reached twice", t => t.Right[0] = ~0);
        Refuses("no node", t => t.Right[0] = 9);
        Refuses("no node", t => t.Right[0] = ~9);
        Refuses("finite", t => t.Threshold[0] = float.NaN);
        Refuses("finite", t => t.Threshold[0] = float.PositiveInfinity);
        Refuses("finite", t => t.LeafValues[0] = double.NaN);
        // A loop of two nodes beside a root that is whole in itself.
        Assert.ThrowsExactly<ArgumentException>(() => new TreeEnsembleBuilder(1, 1).Add(
            new Tree { SplitFeature = [0, 0, 0], Threshold = [0, 0, 0], Left = [~0, 2, 1], Right = [~1, ~2, ~3], LeafValues = [1, 2, 3, 4] }));

        static void Refuses(string words, Action<Tree> breakIt)
        {
            Tree tree = new() { SplitFeature = [0, 1], Threshold = [0, 5], Left = [1, ~0], Right = [~1, ~2], LeafValues = [1, 2, 3] };
            breakIt(tree);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new TreeEnsembleBuilder(2, 1).Add(tree)).Message, words);
        }
    }

    private static float Stump(float value, MissingType missing, bool defaultLeft, float threshold = 0.5f)
    {
        TreeEnsembleBuilder builder = new(1, 1);
        builder.Add(new Tree
        {
            SplitFeature = [0], Threshold = [threshold], Left = [~0], Right = [~1], LeafValues = [1, 2],
            Missing = [missing], DefaultLeft = [defaultLeft],
        });
        return ModelChecks.ScoreOne(builder.Build(), value);
    }
}
