using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Gradient boosting of symmetric (oblivious) trees, with categories as ordered statistics of the label.</summary>
/// <remarks>
/// Each level of a tree has one split for all its leaves, which makes trees that are weak, fast and hard to overfit. Splits are scored
/// under random row weights and with noise that fades as the model grows; leaf values are Newton steps on all rows; several classes
/// share a structure. A category's training rows see the statistics of rows before them in a random order, so their own label
/// reaches no feature; the model holds sets of codes. Missing values take the better side. Results do not depend on the number of
/// threads. At the deadline the best model so far is returned. Time O(trees · rows · features), memory one byte a value, four a
/// statistic, and histograms of 8 bytes a bin for half of the leaves.
/// Sources: Prokhorenkova et al., CatBoost: unbiased boosting with categorical features, NeurIPS 2018; Dorogush, Ershov and Gulin,
/// CatBoost: gradient boosting with categorical features support, 2018.
/// </remarks>
public sealed record SymmetricBoosting : ITrainer<SymmetricBoosting>, IRoundTrainer
{
    private const int DefaultTrees = 1000;

    // With less to do, waking a thread for each of a tree's many steps takes longer than the step. The model is the same.
    private const long ValuesPerThread = 100_000;

    /// <summary>Most trees, default 1000; fewer where a validation set no longer gains.</summary>
    [Bounds(1, 100_000)]
    public int Trees { get; init; } = DefaultTrees;

    /// <summary>Factor of each tree. Default null: by the task and the number of rows, see <see cref="RateFor"/>.</summary>
    [Bounds(0, 10, LowIsOpen = true)]
    public double? LearningRate { get; init; }

    /// <summary>Levels of a tree, which has 2^depth leaves, default 6.</summary>
    [Bounds(1, 8)]
    public int Depth { get; init; } = 6;

    /// <summary>L2 penalty on leaf values, default 3.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double L2 { get; init; } = 3;

    /// <summary>Noise on the scores of splits, in standard deviations of a random split's score, default 1; 0 for none.</summary>
    [Bounds(0, 1000)]
    public double RandomStrength { get; init; } = 1;

    /// <summary>How much random row weights vary when splits are scored: (−ln u)^temperature, default 1; 0 for equal weights.</summary>
    [Bounds(0, 10)]
    public double BaggingTemperature { get; init; } = 1;

    /// <summary>Share of the rows that splits are scored on, drawn anew for each tree, default 1. Leaf values are fitted to all rows.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double Subsample { get; init; } = 1;

    /// <summary>Share of the features that each level may split by, default 1.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double FeatureFraction { get; init; } = 1;

    /// <summary>Most borders of a quantity, default 253.</summary>
    [Bounds(1, 253)]
    public int Borders { get; init; } = 253;

    /// <summary>Features of up to this many categories are split one category against the others as well as by statistics (up to 4 never by these); default 100.</summary>
    [Bounds(1, 250)]
    public int OneHotLimit { get; init; } = 100;

    /// <summary>Trees without gain on the validation set before boosting stops, default 50; stretched to 0.3 · best + 20 where that is more.</summary>
    [Bounds(1, 100_000)]
    public int Patience { get; init; } = 50;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("symmetric-boosting", "Gradient boosting of symmetric trees, categories by ordered statistics of the label.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
    };

    /// <inheritdoc/>
    /// <remarks>Ranges as in AutoGluon 1.5's CatBoost search space, widened.</remarks>
    public static SearchSpace<SymmetricBoosting> Space(DataShape data)
    {
        SearchSpace<SymmetricBoosting> space = new SearchSpace<SymmetricBoosting>()
            .Log(nameof(LearningRate), 0.01, 0.3, RateFor(data), (t, v) => t with { LearningRate = v })
            .Integer(nameof(Depth), 4, 8, 6, (t, v) => t with { Depth = v })
            .Log(nameof(L2), 0.5, 30, 3, (t, v) => t with { L2 = v })
            .Log(nameof(RandomStrength), 0.1, 5, 1, (t, v) => t with { RandomStrength = v })
            .Linear(nameof(BaggingTemperature), 0, 1, 1, (t, v) => t with { BaggingTemperature = v })
            .Linear(nameof(FeatureFraction), 0.3, 1, 1, (t, v) => t with { FeatureFraction = v });
        return data.CategoricalFeatures == 0 ? space : space
            .LogInteger(nameof(OneHotLimit), 2, 250, 100, (t, v) => t with { OneHotLimit = v });
    }

    /// <summary>The learning rate where none is given: 0.05 (two classes), 0.07 (numbers) or 0.1 (several classes) at 5,000 rows, growing with their 0.3th power, 0.03 to 0.15.</summary>
    public static double RateFor(DataShape data)
    {
        double atFiveThousand = data.Task switch { MLTask.Binary => 0.05, MLTask.Regression => 0.07, _ => 0.1 };
        return Math.Clamp(atFiveThousand * Math.Pow(data.Rows / 5000.0, 0.3), 0.03, 0.15);
    }

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is TreeEnsembleModel trees ? trees.Trees.Count : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Trees = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        // An expected number of trees, with early stopping in mind. Statistics of a category are some columns.
        double rate = LearningRate ?? RateFor(data), trees = Math.Min(Trees, 25 / rate);
        int statistics = data.Task == MLTask.Multiclass ? Math.Min(data.Classes, 8) : 2, directions = Math.Min(data.Outputs, PackedGradients.MaxDirections), words = (directions / 2) + 1;
        double columns = data.Features + ((double)statistics * data.CategoricalFeatures), bins = Math.Min(Borders + 1, data.Rows) * columns;
        double flops = trees * ((columns * FeatureFraction * words * ((0.6 * data.Rows * Depth) + (2.0 * Math.Min(Borders, data.Rows) * Math.Pow(2, Depth)))) + (data.Rows * (20.0 + (10.0 * data.Outputs))));
        double stored = (double)data.Rows * (data.Features + (4.0 * statistics * data.CategoricalFeatures)) * 1.25;
        double statisticsNow = data.CategoricalFeatures == 0 ? 0 : 60.0 * data.Rows * Environment.ProcessorCount;
        double rows = data.Rows * (80.0 + (16.0 * words) + (20.0 * data.Outputs)), histograms = Math.Min(512L << 20, LevelHistograms.BytesKept(bins, words, Depth));
        double model = 2 * Math.Min(Trees, 4 * trees) * (1 << Depth) * (60 + (24.0 * data.Outputs));
        return new CostHint(flops, (long)Math.Min(long.MaxValue / 4, stored + statisticsNow + rows + histograms + model + (8 << 20)));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        int threads = (int)Math.Clamp(data.Features.StoredValues / ValuesPerThread, 1, context.Threads);
        SymmetricPlan plan = new(Trees, Patience, LearningRate ?? RateFor(data.Shape), Depth, L2, RandomStrength, BaggingTemperature, Subsample, FeatureFraction);
        using WorkTeam team = new(threads);
        return new SymmetricFit(data, plan, Borders, OneHotLimit, context, team).Run();
    }
}
