using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Logistic regression by stochastic dual coordinate ascent (ML.NET).</summary>
/// <remarks>
/// Minimises mean log-loss + L2/2 · (‖w‖² + b²) + L1 · ‖w‖₁ over w: [features] and a bias b. Time O(passes · stored values), memory O(rows).
/// Weights are taken to mean 1. Assumes features on a common scale. Runs on one thread whatever the context allows: ML.NET's lock-free updates on several make
/// the result depend on timing.
/// Source: Shalev-Shwartz and Zhang, Journal of Machine Learning Research 14, 2013.
/// </remarks>
public sealed record SdcaLogisticRegression : ITrainer<SdcaLogisticRegression>, IMLNetTrainer
{
    /// <summary>Squared penalty on the weights, per row of mean loss; 1 / (C · rows) in terms of scikit-learn's C. Default 1e-4.</summary>
    [Bounds(1e-9, double.PositiveInfinity)]
    public double L2 { get; init; } = 1e-4;

    /// <summary>Absolute penalty on the weights; makes weights exactly 0. Default 0.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double L1 { get; init; }

    /// <summary>Most passes over the rows. Default 50.</summary>
    [Bounds(1, 100_000)]
    public int Passes { get; init; } = 50;

    /// <summary>Ends once the duality gap is below this share of the loss. Default 0.001.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Whether the positive class weighs more: its loss is multiplied by this. Default 1.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double PositiveWeight { get; init; } = 1;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("sdca-logistic", "Logistic regression by stochastic dual coordinate ascent.", MLTask.Binary)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled,
        UsesWeights = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<SdcaLogisticRegression> Space(DataShape data) => new SearchSpace<SdcaLogisticRegression>()
        .Log(nameof(L2), 1e-7, 1e-1, 1e-4, (t, v) => t with { L2 = v })
        .Log(nameof(L1), 1e-7, 1e-2, 1e-6, (t, v) => t with { L1 = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => LinearCost.OfPasses(data, Passes);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => MLNetFit.Run(this, data, context);

    FeatureView IMLNetTrainer.View(TrainingSet data, CancellationToken stop) => FeatureView.Binary(data, stop).WithMeanWeightOne();

    ITransformer IMLNetTrainer.Train(MLContext ml, FeatureView view, FitContext context) =>
        ml.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
        {
            ExampleWeightColumnName = view.WeightColumn,
            L2Regularization = (float)L2,
            L1Regularization = (float)L1,
            MaximumNumberOfIterations = Passes,
            ConvergenceTolerance = (float)Tolerance,
            // The bias counts as one more weight: with a step of its own ML.NET's SDCA diverges where the penalty is small.
            BiasLearningRate = 0,
            PositiveInstanceWeight = (float)PositiveWeight,
            NumberOfThreads = 1,
        }).Fit(view);

    IModel IMLNetTrainer.Convert(ITransformer fitted, FeatureView view, FitContext context) => MLNetLinear.Logistic(fitted);
}
