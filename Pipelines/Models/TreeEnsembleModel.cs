namespace MLPipes.Pipelines;

/// <summary>Boosted trees or a forest: score_k = bias_k + scale · Σ leaf values. Made by <see cref="TreeEnsembleBuilder"/>.</summary>
public sealed class TreeEnsembleModel : IModel, IPlainPart<TreeEnsembleModel>
{
    /// <summary>In <see cref="TreeOutputs"/>: the tree's leaves hold a value for every output.</summary>
    public const int AllOutputs = -1;

    // Layout 1 had neither shared nor linear leaves.
    private const int FirstLayout = 1, Layout = 2;

    private readonly Tree[] trees;
    private readonly int[] treeOutputs;
    private readonly double[] biases;
    private readonly TreeScorer scorer;

    internal TreeEnsembleModel(int features, Tree[] trees, int[] treeOutputs, double[] biases, double scale, ILink? link)
    {
        if (FindProblem(features, trees, biases, scale) is { } problem) throw new ArgumentException(problem);
        FeatureCount = features;
        this.trees = trees;
        this.treeOutputs = treeOutputs;
        this.biases = biases;
        Scale = scale;
        Link = link;
        scorer = new TreeScorer(trees, treeOutputs, biases, scale);
    }

    /// <inheritdoc/>
    public static string Kind => "trees";

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <inheritdoc/>
    public int OutputCount => biases.Length;

    /// <inheritdoc/>
    public ILink? Link { get; }

    /// <summary>The trees, in the order in which they add up. Nobody writes to their arrays.</summary>
    public IReadOnlyList<Tree> Trees => trees;

    /// <summary>The output that each tree adds to, [trees], or <see cref="AllOutputs"/>.</summary>
    public ReadOnlySpan<int> TreeOutputs => treeOutputs;

    /// <summary>Where a row's scores start, [outputs].</summary>
    public ReadOnlySpan<double> Biases => biases;

    /// <summary>Factor of the summed leaf values.</summary>
    public double Scale { get; }

    /// <inheritdoc/>
    public void Score(FeatureRow row, Span<float> scores) => scorer.Score(row, scores);

    /// <inheritdoc/>
    public void ScoreBatch(FeatureMatrix rows, int start, int count, Span<float> scores) => scorer.ScoreBatch(rows, start, count, scores);

    /// <inheritdoc/>
    public void Write(PlainWriter writer)
    {
        writer.Int(Layout);
        writer.Int(FeatureCount);
        writer.Doubles(biases);
        writer.Double(Scale);
        writer.Ints(treeOutputs);
        foreach (Tree tree in trees) tree.Write(writer);
        writer.Bool(Link is not null);
        if (Link is not null) writer.Part(Link);
    }

    /// <inheritdoc/>
    public static TreeEnsembleModel Read(PlainReader reader)
    {
        int layout = reader.Int(FirstLayout, Layout);
        int features = reader.Int(0, int.MaxValue);
        double[] biases = reader.Doubles();
        double scale = reader.Double();
        int[] treeOutputs = reader.Ints();
        Tree[] trees = new Tree[treeOutputs.Length];
        for (int i = 0; i < trees.Length; i++)
        {
            if (treeOutputs[i] < AllOutputs || treeOutputs[i] >= biases.Length) throw reader.Damaged($"tree {i} adds to output {treeOutputs[i]} of {biases.Length}");
            trees[i] = Tree.Read(reader, leafKinds: layout > FirstLayout);
            if (trees[i].FindProblem(features, treeOutputs[i] == AllOutputs ? biases.Length : 1) is { } broken) throw reader.Damaged($"tree {i}: {broken}");
        }
        if (FindProblem(features, trees, biases, scale) is { } problem) throw reader.Damaged(problem);
        return new TreeEnsembleModel(features, trees, treeOutputs, biases, scale, reader.Bool() ? reader.Part<ILink>() : null);
    }

    private static string? FindProblem(int features, Tree[] trees, double[] biases, double scale)
    {
        if (features < 0) return $"An ensemble cannot have {features} features.";
        if (biases.Length == 0) return "An ensemble needs at least one output, and a bias for each.";
        if (!double.IsFinite(scale)) return $"The scale {scale} is not finite.";
        foreach (double bias in biases)
            if (!double.IsFinite(bias)) return $"The bias {bias} is not finite.";
        return TreeScorer.FindProblem(trees);
    }
}
