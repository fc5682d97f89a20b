using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Boosted regression trees (ML.NET's FastTree): MART with leaf-wise trees over binned features.</summary>
/// <remarks>
/// Binary: log-loss; regression: squared error on the label with mean 0 and deviation 1 (ML.NET bounds what a tree may add, in the
/// label's unit). Time O(trees · rows · features), memory O(rows · features) bytes. Category codes are read as ordered numbers. FastTree
/// drops rows with missing values; here they are read as smaller than all others, and go left at each split. With a validation set all
/// trees are grown and the prefix that does best on it is kept. ML.NET grows the trees of one fit at a time in a process: parallel
/// fits wait for each other.
/// Source: Friedman, Annals of Statistics 29(5), 2001; Burges, Microsoft Research MSR-TR-2010-82, for the implementation.
/// </remarks>
public sealed record FastTree : ITrainer<FastTree>, IMLNetTrainer, IRoundTrainer
{
    /// <summary>Most trees. Default 300.</summary>
    [Bounds(1, 100_000)]
    public int Trees { get; init; } = 300;

    /// <summary>Most leaves per tree. Default 31.</summary>
    [Bounds(2, 32_768)]
    public int Leaves { get; init; } = 31;

    /// <summary>Share of each tree's answer that is added. Default 0.1; smaller needs more trees.</summary>
    [Bounds(0, 10, LowIsOpen = true)]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Fewest rows in a leaf. Default 10.</summary>
    [Bounds(1, int.MaxValue)]
    public int RowsPerLeaf { get; init; } = 10;

    /// <summary>Share of the features that a tree may use. Default 1.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double FeatureShare { get; init; } = 1;

    /// <summary>Share of the rows that a tree grows on, drawn anew for each. Default 1.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double RowShare { get; init; } = 1;

    /// <summary>Most bins per feature. Default 255.</summary>
    [Bounds(2, 65_535)]
    public int Bins { get; init; } = 255;

    /// <summary>Whether the two classes get the same total weight; binary only. Default <see cref="ClassWeights.None"/>.</summary>
    public ClassWeights ClassWeights { get; init; }

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("fast-tree", "Boosted trees of ML.NET (FastTree).", MLTask.Binary, MLTask.Regression)
    {
        UsesWeights = true,
        StopsEarly = true,
    };

    bool IMLNetTrainer.RunsAlone => true;

    /// <inheritdoc/>
    public static SearchSpace<FastTree> Space(DataShape data) => new SearchSpace<FastTree>()
        .LogInteger(nameof(Trees), 50, 2000, 300, (t, v) => t with { Trees = v })
        .LogInteger(nameof(Leaves), 4, 256, 31, (t, v) => t with { Leaves = v })
        .Log(nameof(LearningRate), 0.01, 0.4, 0.1, (t, v) => t with { LearningRate = v })
        .LogInteger(nameof(RowsPerLeaf), 1, Math.Clamp(data.Rows / 20, 20, 200), 10, (t, v) => t with { RowsPerLeaf = v })
        .Linear(nameof(FeatureShare), 0.4, 1, 0.8, (t, v) => t with { FeatureShare = v })
        .Linear(nameof(RowShare), 0.5, 1, 0.9, (t, v) => t with { RowShare = v });

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is TreeEnsembleModel trees ? trees.Trees.Count : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Trees = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) =>
        new(2.0 * Trees * data.Rows * (data.Features * FeatureShare + 1), MLNetTrees.PeakBytes(data, Bins, Leaves, Trees));

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => MLNetFit.Run(this, data, context);

    FeatureView IMLNetTrainer.View(TrainingSet data, CancellationToken stop) =>
        (data.Task == MLTask.Binary ? FeatureView.Binary(data, stop) : FeatureView.Standardized(data, stop)).WithMissingAs(MLNetTrees.Missing);

    ITransformer IMLNetTrainer.Train(MLContext ml, FeatureView view, FitContext context) => view.Form == LabelForm.Boolean
        ? ml.BinaryClassification.Trainers.FastTree(Set(new FastTreeBinaryTrainer.Options { UnbalancedSets = ClassWeights == ClassWeights.Balanced }, view, context)).Fit(view)
        : ml.Regression.Trainers.FastTree(Set(new FastTreeRegressionTrainer.Options(), view, context)).Fit(view);

    IModel IMLNetTrainer.Convert(ITransformer fitted, FeatureView view, FitContext context)
    {
        if (fitted is BinaryPredictionTransformer<CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>> binary)
            return Build(binary.Model.SubModel.TrainedTreeEnsemble, view, context, MLNetLinear.Link(binary.Model.Calibrator));
        return Build(((RegressionPredictionTransformer<FastTreeRegressionModelParameters>)fitted).Model.TrainedTreeEnsemble, view, context, new IdentityLink());
    }

    private T Set<T>(T options, FeatureView view, FitContext context) where T : BoostedTreeOptions
    {
        options.ExampleWeightColumnName = view.WeightColumn;
        options.NumberOfTrees = Trees;
        options.NumberOfLeaves = Leaves;
        options.LearningRate = LearningRate;
        options.MinimumExampleCountPerLeaf = RowsPerLeaf;
        options.FeatureFraction = FeatureShare;
        options.BaggingSize = RowShare < 1 ? 1 : 0;
        options.BaggingExampleFraction = RowShare;
        options.MaximumBinCountPerFeature = Bins;
        options.HistogramPoolSize = MLNetTrees.HistogramPool(view.Width, Bins, Leaves);
        options.Seed = context.Seed;
        options.FeatureSelectionSeed = context.Seed;
        options.NumberOfThreads = context.Threads;
        return options;
    }

    private static TreeEnsembleModel Build(RegressionTreeEnsemble learned, FeatureView view, FitContext context, ILink link)
    {
        double bias = (learned.Bias * view.LabelScale) + view.LabelShift;
        Tree[] trees = [.. learned.Trees.Select((tree, i) => MLNetTrees.Convert(tree, learned.TreeWeights[i] * view.LabelScale))];
        int keep = context.Validation is { Rows: > 0 } validation
            ? StagedLoss.BestPrefix(trees, bias, (link as LogisticLink)?.Slope ?? 1, validation, view.Stop)
            : trees.Length;
        TreeEnsembleBuilder builder = new(view.Width, outputs: 1) { Biases = [bias], Link = link };
        foreach (Tree tree in trees.AsSpan(0, keep)) builder.Add(tree);
        return builder.Build();
    }
}
