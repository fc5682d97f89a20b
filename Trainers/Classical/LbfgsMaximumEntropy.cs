using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Maximum entropy (softmax regression) by limited-memory BFGS (ML.NET).</summary>
/// <remarks>
/// Minimises the sum of log-losses + L2/2 · ‖W‖² + L1 · ‖W‖₁ over W: [classes × features]; biases are not penalised. Time
/// O(iterations · stored values · classes), memory O(rows · features) on several threads, which hold the rows. Assumes features on a
/// common scale.
/// Sources: Nocedal, Mathematics of Computation 35, 1980; for L1, Andrew and Gao, ICML 2007.
/// </remarks>
public sealed record LbfgsMaximumEntropy : ITrainer<LbfgsMaximumEntropy>, IMLNetTrainer
{
    /// <summary>Squared penalty on the weights against the summed loss: 1 / C in scikit-learn's terms. Default 1.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double L2 { get; init; } = 1;

    /// <summary>Absolute penalty on the weights against the summed loss; makes weights exactly 0. Default 0.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double L1 { get; init; }

    /// <summary>Most iterations. Default 500.</summary>
    [Bounds(1, int.MaxValue)]
    public int Iterations { get; init; } = 500;

    /// <summary>Ends once the loss falls by less than this share. Default 1e-7.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double Tolerance { get; init; } = 1e-7;

    /// <summary>Past steps that stand for the Hessian. Default 20.</summary>
    [Bounds(1, 512)]
    public int History { get; init; } = 20;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("lbfgs-maxent", "Maximum entropy (softmax regression) by limited-memory BFGS.", MLTask.Multiclass)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled,
        UsesWeights = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<LbfgsMaximumEntropy> Space(DataShape data) => new SearchSpace<LbfgsMaximumEntropy>()
        .Log(nameof(L2), 1e-3, 1e3, 1, (t, v) => t with { L2 = v })
        .Log(nameof(L1), 1e-4, 1e1, 1e-3, (t, v) => t with { L1 = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => LinearCost.OfIterations(data, Iterations, History);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => MLNetFit.Run(this, data, context);

    FeatureView IMLNetTrainer.View(TrainingSet data, CancellationToken stop) => FeatureView.Multiclass(data, stop);

    ITransformer IMLNetTrainer.Train(MLContext ml, FeatureView view, FitContext context) =>
        ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            ExampleWeightColumnName = view.WeightColumn,
            L2Regularization = (float)L2,
            L1Regularization = (float)L1,
            MaximumNumberOfIterations = Iterations,
            OptimizationTolerance = (float)Tolerance,
            HistorySize = History,
            NumberOfThreads = context.Threads,
            Quiet = true,
        }).Fit(view);

    IModel IMLNetTrainer.Convert(ITransformer fitted, FeatureView view, FitContext context) => MLNetLinear.Softmax(fitted);
}
