using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Gradient-boosted decision trees, grown leaf by leaf on binned features by the native LightGBM library.</summary>
/// <remarks>
/// Each iteration adds a tree (one a class for several classes) that fits the gradient of the loss at the scores so far, scaled by the
/// learning rate. Missing values take the better side of each split; category codes are split as sets. Features are binned once a matrix
/// and the bins are shared by all fits on it. Results do not depend on the number of threads. At the deadline the best iteration so far
/// is returned. Time O(trees · rows · features), memory one byte a value and histograms of 16 bytes a bin for each leaf.
/// Source: Ke et al., LightGBM: A Highly Efficient Gradient Boosting Decision Tree, NeurIPS 2017.
/// </remarks>
public sealed record LightGbm : ITrainer<LightGbm>, IRoundTrainer
{
    private const int MostTrees = 10_000;

    // With less to do, waking a thread for each of a tree's many steps takes longer than the step. The model is the same.
    private const long ValuesPerThread = 200_000;

    /// <summary>What is minimised. Default: log-loss for classes, squared error for numbers; the others are for regressions only.</summary>
    public BoostingObjective Objective { get; init; } = BoostingObjective.Default;

    /// <summary>
    /// Most iterations. Default null: up to 10,000 while a validation set improves; without one 20 / <see cref="LearningRate"/>, at most 2,000.
    /// </summary>
    [Bounds(1, 100_000)]
    public int? Trees { get; init; }

    /// <summary>Factor of each tree, default 0.07. Smaller takes more trees and usually ends better.</summary>
    [Bounds(0, 10, LowIsOpen = true)]
    public double LearningRate { get; init; } = 0.07;

    /// <summary>Most leaves of a tree, default 31.</summary>
    [Bounds(2, 131_072)]
    public int Leaves { get; init; } = 31;

    /// <summary>Fewest rows of a leaf, default 20.</summary>
    [Bounds(0, 1_000_000_000)]
    public int MinDataInLeaf { get; init; } = 20;

    /// <summary>Smallest sum of second derivatives (for squared error: of weights) of a leaf, default 0.001.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double MinHessianInLeaf { get; init; } = 1e-3;

    /// <summary>Smallest gain of a split, default 0.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double MinGainToSplit { get; init; }

    /// <summary>Share of the features that each tree may use, default 0.9.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double FeatureFraction { get; init; } = 0.9;

    /// <summary>Share of the rows that each tree is grown on, drawn anew for each tree, default 0.9; 1 for all.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double BaggingFraction { get; init; } = 0.9;

    /// <summary>L1 penalty on leaf values, default 0.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double L1 { get; init; }

    /// <summary>L2 penalty on leaf values, default 0.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double L2 { get; init; }

    /// <summary>Most bins a feature gets, default 255. Each value costs one byte up to 256 bins, two above.</summary>
    [Bounds(2, 65_535)]
    public int MaxBin { get; init; } = 255;

    /// <summary>How splits are looked for, default the best one.</summary>
    public BoostingSplits Splits { get; init; } = BoostingSplits.Best;

    /// <summary>
    /// Whether leaves are linear in the quantities that were split on above them, default no. Helps where the label follows features
    /// smoothly. Grows on one thread. Not with <see cref="BoostingObjective.L1"/> and <see cref="BoostingObjective.Quantile"/>.
    /// </summary>
    public bool LinearLeaves { get; init; }

    /// <summary>L2 penalty on the coefficients of linear leaves, default 0.01. Acts with <see cref="LinearLeaves"/> only.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double LinearLambda { get; init; } = 0.01;

    /// <summary>Smoothing of the statistic that categories are ordered by, default 10. Acts on category codes only.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double CatSmooth { get; init; } = 10;

    /// <summary>Extra L2 penalty of splits on categories, default 10. Acts on category codes only.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double CatL2 { get; init; } = 10;

    /// <summary>Up to this many categories, one is split from all others instead of a set, default 4. Acts on category codes only.</summary>
    [Bounds(1, 1_000_000_000)]
    public int MaxCatToOneHot { get; init; } = 4;

    /// <summary>Fewest rows of a group of categories, default 100. Acts on category codes only.</summary>
    [Bounds(1, 1_000_000_000)]
    public int MinDataPerGroup { get; init; } = 100;

    /// <summary>Whether classes count by their rows or all the same, default by their rows. Acts on classifications only.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>
    /// Iterations without gain on the validation set before boosting stops, default 50; stretched to 0.3 · best iteration + 20 where that is more.
    /// </summary>
    [Bounds(1, 100_000)]
    public int Patience { get; init; } = 50;

    /// <summary>The quantile that <see cref="BoostingObjective.Quantile"/> predicts, default 0.5.</summary>
    [Bounds(0, 1, LowIsOpen = true, HighIsOpen = true)]
    public double Quantile { get; init; } = 0.5;

    /// <summary>Where <see cref="BoostingObjective.Huber"/> turns linear, in robust standard deviations of the label (1.4826 · median deviation), default 1.35.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double HuberDelta { get; init; } = 1.35;

    /// <summary>Variance power of <see cref="BoostingObjective.Tweedie"/>: towards 1 like counts, towards 2 like amounts, default 1.5.</summary>
    [Bounds(1, 2, LowIsOpen = true, HighIsOpen = true)]
    public double TweediePower { get; init; } = 1.5;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("lightgbm", "Gradient-boosted trees by the native LightGBM library.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
        RunsNativeCode = true,
    };

    /// <inheritdoc/>
    /// <remarks>Ranges as in AutoGluon 1.5's LightGBM search space, the learning rate opened to 0.3 for short budgets.</remarks>
    public static SearchSpace<LightGbm> Space(DataShape data)
    {
        int mostLeaves = Math.Clamp(data.Rows / 4, 4, 200), leaf = Math.Clamp(data.Rows / 100, 2, 20);
        SearchSpace<LightGbm> space = new SearchSpace<LightGbm>()
            .Log(nameof(LearningRate), 0.005, 0.3, 0.07, (t, v) => t with { LearningRate = v })
            .LogInteger(nameof(Leaves), 2, mostLeaves, Math.Min(31, mostLeaves), (t, v) => t with { Leaves = v })
            .LogInteger(nameof(MinDataInLeaf), 1, 64, leaf, (t, v) => t with { MinDataInLeaf = v })
            .Linear(nameof(FeatureFraction), 0.4, 1, 0.7, (t, v) => t with { FeatureFraction = v })
            .Linear(nameof(BaggingFraction), 0.7, 1, 0.9, (t, v) => t with { BaggingFraction = v })
            .Choice(nameof(Splits), [BoostingSplits.Best, BoostingSplits.Random], BoostingSplits.Best, (t, v) => t with { Splits = v })
            .Log(nameof(L1), 1e-4, 1, 1e-4, (t, v) => t with { L1 = v })
            .Log(nameof(L2), 1e-4, 2, 1e-2, (t, v) => t with { L2 = v });
        // A line a class in every leaf is more than a search has time for.
        if (data.Task != MLTask.Multiclass && data.CategoricalFeatures < data.Features)
            space = space.Choice(nameof(LinearLeaves), [false, true], false, (t, v) => t with { LinearLeaves = v })
                .Log(nameof(LinearLambda), 1e-3, 100, 0.01, (t, v) => t with { LinearLambda = v }, t => t.LinearLeaves);
        return data.CategoricalFeatures == 0 ? space : space
            .Log(nameof(CatSmooth), 1e-3, 100, 10, (t, v) => t with { CatSmooth = v })
            .Log(nameof(CatL2), 5e-3, 10, 10, (t, v) => t with { CatL2 = v })
            .LogInteger(nameof(MaxCatToOneHot), 4, 100, 4, (t, v) => t with { MaxCatToOneHot = v })
            .LogInteger(nameof(MinDataPerGroup), 2, 100, 100, (t, v) => t with { MinDataPerGroup = v });
    }

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is TreeEnsembleModel trees ? trees.Trees.Count / trees.OutputCount : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Trees = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        // An expected number of iterations, with early stopping in mind; more leaves cost by the levels that rows pass.
        double iterations = Trees is { } trees ? Math.Min(trees, 20 / LearningRate) : 20 / LearningRate;
        double flops = iterations * data.Outputs * ((data.StoredValues * FeatureFraction * BaggingFraction * Math.Log2(Leaves + 1.0)) + ((double)Leaves * data.Features * MaxBin));
        // Two layouts of the bins, histograms of every leaf, scores and gradients, and the trees with their text.
        double bins = data.StoredValues * (MaxBin > 256 ? 2.0 : 1.0) * 3;
        double histograms = 16.0 * Math.Min(MaxBin, data.Rows) * Math.Min((double)data.Features, data.StoredValues) * Leaves;
        double scores = 40.0 * data.Rows * data.Outputs, model = 400.0 * iterations * 2 * data.Outputs * Leaves;
        // Raw values beside the bins, and for every leaf the products of its terms, of which a path rarely has more than 20.
        double lines = LinearLeaves ? (8.0 * data.Rows * data.Features) + (4000.0 * Leaves) + (12.0 * 20 * iterations * data.Outputs * Leaves) : 0;
        if (LinearLeaves) flops *= 2;
        return new CostHint(flops, (long)Math.Min(long.MaxValue / 4, bins + histograms + scores + model + lines));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        LightGbmLibrary.EnsureLoaded();
        BoostingObjective objective = LightGbmLabels.Resolve(this, data);
        int classes = data.Target.Classes.Count, outputs = data.Shape.Outputs;
        float[] labels = data.Labels.ToArray();
        float[]? factors = ClassWeights == ClassWeights.Balanced && classes > 0 ? RowWeights.BalanceFactors(data.Labels, data.Weights, classes) : null;
        double delta = objective == BoostingObjective.Huber ? HuberDelta * LightGbmLabels.RobustDeviation(data.Labels) : 1;

        int threads = (int)Math.Clamp(data.Features.StoredValues / ValuesPerThread, 1, context.Threads);
        using LightGbmThreads.Turn turn = LinearLeaves ? LightGbmThreads.EnterSingle(context.Cancel) : LightGbmThreads.Enter(threads);
        using BinnedSets.Lease lease = BinnedSets.Borrow(data.Features, MaxBin, LinearLeaves, labels, Scaled(data, factors), turn.Threads);
        context.Cancel.ThrowIfCancellationRequested();
        LightGbmNative.Check(LightGbmNative.BoosterCreate(lease.Handle, BoosterParameters.Of(this, objective, data.Shape, delta, context.Seed, turn.Threads), out BoosterHandle booster));
        using (booster)
        {
            (MLTask, int, float[], float[])? validation = null;
            if (context.Validation is { Rows: > 0 } held)
            {
                LightGbmNative.Check(LightGbmNative.BoosterAddValidation(booster, lease.Align(held.Features, turn.Threads)));
                validation = (data.Task, outputs, held.Labels.ToArray(), Scaled(held, factors));
            }
            int trees = Trees ?? (validation is null ? (int)Math.Clamp(20 / LearningRate, 1, 2000) : MostTrees);
            double lossShape = objective switch { BoostingObjective.Quantile => Quantile, BoostingObjective.Tweedie => TweediePower, _ => delta };
            int keep = BoostingRun.Boost(booster, new BoostingPlan(trees, Patience, objective, lossShape), validation, context);
            return BoostingRun.ToModel(booster, keep, data.Features.Width, outputs, LinkOf(data.Task, objective));
        }
    }

    private static float[] Scaled(TrainingSet data, float[]? factors) =>
        factors is null ? data.Weights.ToArray() : RowWeights.Apply(data.Labels, data.Weights, factors);

    private static ILink LinkOf(MLTask task, BoostingObjective objective) =>
        task == MLTask.Regression && objective is BoostingObjective.Poisson or BoostingObjective.Gamma or BoostingObjective.Tweedie ? new ExpLink() : TaskLink.Of(task);
}
