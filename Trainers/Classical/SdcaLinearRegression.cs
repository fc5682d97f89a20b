using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Linear regression under an elastic net by stochastic dual coordinate ascent (ML.NET).</summary>
/// <remarks>
/// Minimises mean (z − w·x − b)² + L2/2 · (‖w‖² + b²) + L1 · ‖w‖₁ where z is the label with mean 0 and deviation 1, so that neither the
/// penalty nor convergence depends on the label's unit; the model is scaled back. Time O(passes · stored values), memory O(rows).
/// Weights are taken to mean 1. Assumes features on a common scale. Runs on one thread, so that the result depends on the seed alone.
/// Source: Shalev-Shwartz and Zhang, Journal of Machine Learning Research 14, 2013.
/// </remarks>
public sealed record SdcaLinearRegression : ITrainer<SdcaLinearRegression>, IMLNetTrainer
{
    /// <summary>Squared penalty on the weights, per row of mean loss. Default 1e-4.</summary>
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

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("sdca-linear", "Linear regression under an elastic net by stochastic dual coordinate ascent.", MLTask.Regression)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled,
        UsesWeights = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<SdcaLinearRegression> Space(DataShape data) => new SearchSpace<SdcaLinearRegression>()
        .Log(nameof(L2), 1e-7, 1e-1, 1e-4, (t, v) => t with { L2 = v })
        .Log(nameof(L1), 1e-7, 1e-1, 1e-5, (t, v) => t with { L1 = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => LinearCost.OfPasses(data, Passes);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => MLNetFit.Run(this, data, context);

    FeatureView IMLNetTrainer.View(TrainingSet data, CancellationToken stop) => FeatureView.Standardized(data, stop).WithMeanWeightOne();

    ITransformer IMLNetTrainer.Train(MLContext ml, FeatureView view, FitContext context) =>
        ml.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
        {
            ExampleWeightColumnName = view.WeightColumn,
            L2Regularization = (float)L2,
            L1Regularization = (float)L1,
            MaximumNumberOfIterations = Passes,
            ConvergenceTolerance = (float)Tolerance,
            // The bias counts as one more weight: the label is centred, so that it is small; with a step of its own ML.NET's SDCA diverges.
            BiasLearningRate = 0,
            NumberOfThreads = 1,
        }).Fit(view);

    IModel IMLNetTrainer.Convert(ITransformer fitted, FeatureView view, FitContext context)
    {
        LinearRegressionModelParameters model = ((RegressionPredictionTransformer<LinearRegressionModelParameters>)fitted).Model;
        float[] weights = [.. model.Weights.Select(w => (float)(w * view.LabelScale))];
        return new LinearModel(weights, [(float)((model.Bias * view.LabelScale) + view.LabelShift)], new IdentityLink());
    }
}
