using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>A random forest of ML.NET (FastForest): the mean of trees grown apart on samples of rows and features.</summary>
/// <remarks>
/// Both tasks grow regression trees by squared error; for a binary label of 0 and 1 that is the Gini split, and a leaf's mean is the
/// share of its positive rows, so that the forest's mean is a probability and needs no calibration (ML.NET's own binary forest gives bare
/// margins). Time O(trees · rows · features), memory O(rows · features) bytes. Category codes are read as ordered numbers; missing
/// values are read as smaller than all others. ML.NET grows the trees of one fit at a time in a process: parallel fits wait for each
/// other.
/// Source: Breiman, Machine Learning 45(1), 2001.
/// </remarks>
public sealed record FastForest : ITrainer<FastForest>, IMLNetTrainer
{
    /// <summary>Trees. Default 200.</summary>
    [Bounds(1, 100_000)]
    public int Trees { get; init; } = 200;

    /// <summary>Most leaves per tree. Default 500.</summary>
    [Bounds(2, 32_768)]
    public int Leaves { get; init; } = 500;

    /// <summary>Fewest rows in a leaf. Default 3.</summary>
    [Bounds(1, int.MaxValue)]
    public int RowsPerLeaf { get; init; } = 3;

    /// <summary>Share of the features that a split may choose from; null (default): √features / features for a binary label, a third for a regression.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double? FeatureShare { get; init; }

    /// <summary>Share of the rows that a tree grows on, without repetition. Default 0.7.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double RowShare { get; init; } = 0.7;

    /// <summary>Most bins per feature. Default 255.</summary>
    [Bounds(2, 65_535)]
    public int Bins { get; init; } = 255;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("fast-forest", "Random forest of ML.NET (FastForest).", MLTask.Binary, MLTask.Regression)
    {
        UsesWeights = true,
    };

    bool IMLNetTrainer.RunsAlone => true;

    /// <inheritdoc/>
    public static SearchSpace<FastForest> Space(DataShape data)
    {
        double usual = UsualShare(data.Task, data.Features), low = Math.Min(usual / 2, 0.4);
        return new SearchSpace<FastForest>()
            .LogInteger(nameof(Trees), 50, 500, 200, (t, v) => t with { Trees = v })
            .LogInteger(nameof(Leaves), 32, 4096, 500, (t, v) => t with { Leaves = v })
            .LogInteger(nameof(RowsPerLeaf), 1, 50, 3, (t, v) => t with { RowsPerLeaf = v })
            .Log(nameof(FeatureShare), low, 1, usual, (t, v) => t with { FeatureShare = v })
            .Linear(nameof(RowShare), 0.5, 1, 0.7, (t, v) => t with { RowShare = v });
    }

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) =>
        new(2.0 * Trees * data.Rows * ((data.Features * (FeatureShare ?? UsualShare(data.Task, data.Features))) + 1) * Math.Log2(Leaves + 1) / 4,
            MLNetTrees.PeakBytes(data, Bins, Leaves, Trees));

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => MLNetFit.Run(this, data, context);

    FeatureView IMLNetTrainer.View(TrainingSet data, CancellationToken stop) =>
        (data.Task == MLTask.Binary ? FeatureView.Regression(data, stop) : FeatureView.Standardized(data, stop)).WithMissingAs(MLNetTrees.Missing);

    ITransformer IMLNetTrainer.Train(MLContext ml, FeatureView view, FitContext context) =>
        ml.Regression.Trainers.FastForest(new FastForestRegressionTrainer.Options
        {
            ExampleWeightColumnName = view.WeightColumn,
            NumberOfTrees = Trees,
            NumberOfLeaves = Leaves,
            MinimumExampleCountPerLeaf = RowsPerLeaf,
            FeatureFractionPerSplit = FeatureShare ?? UsualShare(view.Data.Task, view.Width),
            FeatureFraction = 1,
            BaggingSize = RowShare < 1 ? 1 : 0,
            BaggingExampleFraction = RowShare,
            MaximumBinCountPerFeature = Bins,
            HistogramPoolSize = MLNetTrees.HistogramPool(view.Width, Bins, Leaves),
            // Only the means are wanted, so no samples are kept in the leaves.
            NumberOfQuantileSamples = 1,
            Seed = context.Seed,
            FeatureSelectionSeed = context.Seed,
            NumberOfThreads = context.Threads,
        }).Fit(view);

    IModel IMLNetTrainer.Convert(ITransformer fitted, FeatureView view, FitContext context)
    {
        QuantileRegressionTreeEnsemble learned = ((RegressionPredictionTransformer<FastForestRegressionModelParameters>)fitted).Model.TrainedTreeEnsemble;
        TreeEnsembleBuilder builder = new(view.Width, outputs: 1)
        {
            Biases = [view.LabelShift],
            Scale = view.LabelScale / Math.Max(1, learned.Trees.Count),
            Link = new IdentityLink(),
        };
        foreach (QuantileRegressionTree tree in learned.Trees) builder.Add(MLNetTrees.Convert(tree, scale: 1));
        return builder.Build();
    }

    private static double UsualShare(MLTask task, int features) => task == MLTask.Regression ? 1.0 / 3 : 1 / Math.Sqrt(features);
}
