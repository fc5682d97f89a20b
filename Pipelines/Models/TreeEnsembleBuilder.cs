namespace MLPipes.Pipelines;

/// <summary>Collects trees that some engine learned and makes a <see cref="TreeEnsembleModel"/> of them.</summary>
/// <remarks>
/// score_k = bias_k + scale · Σ leaf values of the trees of output k, summed in float64 in an order that depends on the trees alone.
/// <code>
/// var builder = new TreeEnsembleBuilder(features: 3, outputs: 1) { Link = new LogisticLink() };
/// builder.Add(new Tree { SplitFeature = [2], Threshold = [0.5f], Left = [~0], Right = [~1], LeafValues = [-0.1, 0.3] });
/// TreeEnsembleModel model = builder.Build();
/// </code>
/// Boosting adds each tree to one output; a forest whose leaves hold class shares uses <see cref="AddToAll"/> and a
/// <see cref="Scale"/> of one over the number of trees.
/// </remarks>
/// <param name="features">Features per row.</param>
/// <param name="outputs">Scores per row, at least 1.</param>
public sealed class TreeEnsembleBuilder(int features, int outputs)
{
    private readonly List<Tree> trees = [];
    private readonly List<int> treeOutputs = [];

    /// <summary>Where a row's scores start, [outputs]; null for zeros.</summary>
    public double[]? Biases { get; set; }

    /// <summary>Factor of the summed leaf values: 1 for boosting, 1 / trees for a forest's mean.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>From scores to predictions; null for bare margins.</summary>
    public ILink? Link { get; set; }

    /// <summary>Trees added so far.</summary>
    public int TreeCount => trees.Count;

    /// <summary>Adds a tree whose leaves hold one value each, which goes to <paramref name="output"/>.</summary>
    /// <exception cref="ArgumentException">The tree is broken: says where.</exception>
    public void Add(Tree tree, int output = 0)
    {
        if ((uint)output >= (uint)outputs) throw new ArgumentException($"Output {output} is not one of {outputs}.", nameof(output));
        Keep(tree, output, leafWidth: 1);
    }

    /// <summary>Adds a tree whose leaves hold a value for every output.</summary>
    /// <exception cref="ArgumentException">The tree is broken: says where.</exception>
    public void AddToAll(Tree tree) => Keep(tree, outputs == 1 ? 0 : TreeEnsembleModel.AllOutputs, outputs);

    /// <summary>The model. Without trees it gives every row the biases.</summary>
    /// <exception cref="ArgumentException">Biases or scale are not finite or do not fit the outputs.</exception>
    public TreeEnsembleModel Build() => new(features, [.. trees], [.. treeOutputs], Biases ?? new double[outputs], Scale, Link);

    private void Keep(Tree tree, int output, int leafWidth)
    {
        if (tree.FindProblem(features, leafWidth) is { } problem) throw new ArgumentException($"Tree {trees.Count}: {problem}.", nameof(tree));
        trees.Add(tree);
        treeOutputs.Add(output);
    }
}
