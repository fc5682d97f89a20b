using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Random forest: the average of many trees, each grown on rows and features drawn at random.</summary>
/// <remarks>
/// Each tree gets as many rows as there are, drawn with replacement, and takes the best split (Gini impurity, variance) of a few
/// features drawn at each node. Quantities are searched in up to 255 bins; missing values learn their side; categories are split as
/// sets, in order of their mean label. A tree's randomness follows from the seed and its number, so results do not depend on threads.
/// At the deadline the trees so far are averaged. Time O(trees · rows · features per split · log rows); memory as large as the trees,
/// whose leaves hold a value a class. Source: Breiman, Random forests, Machine Learning 45(1), 2001.
/// </remarks>
public sealed record RandomForest : ITrainer<RandomForest>, IOutOfBagTrainer
{
    /// <summary>Number of trees, default 300.</summary>
    [Bounds(1, 100_000)]
    public int Trees { get; init; } = 300;

    /// <summary>Share of the features looked at for each split. Default null: the square root of their number for classes, a third for numbers.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double? FeatureFraction { get; init; }

    /// <summary>Fewest rows of a leaf, default 1.</summary>
    [Bounds(1, 1_000_000_000)]
    public int MinLeaf { get; init; } = 1;

    /// <summary>Most splits between root and leaf. Default null: no limit.</summary>
    [Bounds(1, 1_000_000_000)]
    public int? MaxDepth { get; init; }

    /// <summary>Whether classes count by their rows or all the same, default by their rows. Acts on classifications only.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("random-forest", "Average of trees grown on random samples of rows and features.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.Dense,
        UsesWeights = true,
        KeepsPartial = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<RandomForest> Space(DataShape data) => new SearchSpace<RandomForest>()
        .LogInteger(nameof(Trees), 50, 500, 100, (t, v) => t with { Trees = v })
        .Log(nameof(FeatureFraction), 1.0 / Math.Max(2, data.Features), 1, Share(data), (t, v) => t with { FeatureFraction = v })
        .LogInteger(nameof(MinLeaf), 1, 32, 1, (t, v) => t with { MinLeaf = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => ForestFit.Cost(data, Trees, (FeatureFraction ?? Share(data)) * data.Features, MinLeaf);

    /// <inheritdoc/>
    public bool LeavesRowsOut => true;

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => ForestFit.Fit(data, Plan(data.Shape), ClassWeights, context);

    /// <inheritdoc/>
    public OutOfBagFit FitOutOfBag(TrainingSet data, FitContext context) => ForestFit.FitOutOfBag(data, Plan(data.Shape), ClassWeights, context);

    private ForestPlan Plan(DataShape data) =>
        new(Trees, Math.Max(1, (int)Math.Round((FeatureFraction ?? Share(data)) * data.Features)), MinLeaf, MaxDepth ?? int.MaxValue, Sorted: true, Bootstrap: true);

    private static double Share(DataShape data) => data.Task == MLTask.Regression ? 1.0 / 3 : 1 / Math.Sqrt(Math.Max(1, data.Features));
}
