using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Extremely randomized trees: the average of many trees whose splits are drawn, not searched.</summary>
/// <remarks>
/// At each node a threshold is drawn for each of a few features, and the best of these splits is taken (Gini impurity, variance);
/// every tree sees all rows unless <see cref="Rows"/> says otherwise. Missing values learn their side; categories are split into random halves. A tree's randomness follows
/// from the seed and its number, so results do not depend on threads. At the deadline the trees so far are averaged.
/// Time O(trees · rows · features per split · log rows); memory as large as the trees, whose leaves hold a value a class.
/// Source: Geurts, Ernst and Wehenkel, Extremely randomized trees, Machine Learning 63(1), 2006.
/// </remarks>
public sealed record ExtraTrees : ITrainer<ExtraTrees>, IOutOfBagTrainer
{
    /// <summary>Number of trees, default 300.</summary>
    [Bounds(1, 100_000)]
    public int Trees { get; init; } = 300;

    /// <summary>Share of the features looked at for each split. Default null: the square root of their number for classes, all for numbers.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double? FeatureFraction { get; init; }

    /// <summary>Fewest rows of a leaf, default 1.</summary>
    [Bounds(1, 1_000_000_000)]
    public int MinLeaf { get; init; } = 1;

    /// <summary>Most splits between root and leaf. Default null: no limit.</summary>
    [Bounds(1, 1_000_000_000)]
    public int? MaxDepth { get; init; }

    /// <summary>Which rows each tree is grown on, default all of them. Drawn rows allow out-of-bag predictions.</summary>
    public TreeRows Rows { get; init; } = TreeRows.All;

    /// <summary>Whether classes count by their rows or all the same, default by their rows. Acts on classifications only.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("extra-trees", "Average of trees with randomly drawn splits.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.Dense,
        UsesWeights = true,
        KeepsPartial = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<ExtraTrees> Space(DataShape data) => new SearchSpace<ExtraTrees>()
        .LogInteger(nameof(Trees), 50, 500, 100, (t, v) => t with { Trees = v })
        .Log(nameof(FeatureFraction), 1.0 / Math.Max(2, data.Features), 1, Share(data), (t, v) => t with { FeatureFraction = v })
        .LogInteger(nameof(MinLeaf), 1, 32, 1, (t, v) => t with { MinLeaf = v })
        .Choice(nameof(Rows), [TreeRows.All, TreeRows.Bootstrap], data.Task == MLTask.Regression ? TreeRows.All : TreeRows.Bootstrap, (t, v) => t with { Rows = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => ForestFit.Cost(data, Trees, (FeatureFraction ?? Share(data)) * data.Features, MinLeaf);

    /// <inheritdoc/>
    public bool LeavesRowsOut => Rows == TreeRows.Bootstrap;

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => ForestFit.Fit(data, Plan(data.Shape), ClassWeights, context);

    /// <inheritdoc/>
    public OutOfBagFit FitOutOfBag(TrainingSet data, FitContext context) => ForestFit.FitOutOfBag(data, Plan(data.Shape), ClassWeights, context);

    private ForestPlan Plan(DataShape data) =>
        new(Trees, Math.Max(1, (int)Math.Round((FeatureFraction ?? Share(data)) * data.Features)), MinLeaf, MaxDepth ?? int.MaxValue, Sorted: false, Bootstrap: Rows == TreeRows.Bootstrap);

    private static double Share(DataShape data) => data.Task == MLTask.Regression ? 1 : 1 / Math.Sqrt(Math.Max(1, data.Features));
}
