using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Averaged perceptron (ML.NET): one cheap pass after another, each mistake moving the weights; predicts with their average.</summary>
/// <remarks>
/// Its scores are margins without a probability: calibrate them (<see cref="Calibrated"/>). Time O(passes · stored values), memory
/// O(features). Assumes features on a common scale. ML.NET's trainer ignores row weights, so rows are shown in proportion to them.
/// Source: Freund and Schapire, Machine Learning 37(3), 1999.
/// </remarks>
public sealed record AveragedPerceptron : ITrainer<AveragedPerceptron>, IMLNetTrainer
{
    // Copies of the rows among which weights are rounded.
    private const int WeightedCopies = 4;

    /// <summary>Passes over the rows. Default 10.</summary>
    [Bounds(1, 100_000)]
    public int Passes { get; init; } = 10;

    /// <summary>Size of a step. Default 1.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double LearningRate { get; init; } = 1;

    /// <summary>How the step changes. Default <see cref="PerceptronStep.Constant"/>.</summary>
    public PerceptronStep Step { get; init; }

    /// <summary>Share by which weights shrink at each step, halved. Default 0.</summary>
    [Bounds(0, 0.5, HighIsOpen = true)]
    public double L2 { get; init; }

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("averaged-perceptron", "Averaged perceptron; margins that need calibration.", MLTask.Binary)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled,
        UsesWeights = true,
        GivesMargins = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<AveragedPerceptron> Space(DataShape data) => new SearchSpace<AveragedPerceptron>()
        .LogInteger(nameof(Passes), 1, 100, 10, (t, v) => t with { Passes = v })
        .Log(nameof(LearningRate), 1e-2, 1, 1, (t, v) => t with { LearningRate = v })
        .Choice(nameof(Step), [PerceptronStep.Constant, PerceptronStep.Falling], PerceptronStep.Constant, (t, v) => t with { Step = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => LinearCost.OfPasses(data, Passes);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => MLNetFit.Run(this, data, context);

    FeatureView IMLNetTrainer.View(TrainingSet data, CancellationToken stop) =>
        FeatureView.Binary(data, stop).InProportionToWeights(Math.Min(WeightedCopies, Passes));

    ITransformer IMLNetTrainer.Train(MLContext ml, FeatureView view, FitContext context)
    {
        int copies = view.Data.IsWeighted ? Math.Min(WeightedCopies, Passes) : 1;
        return ml.BinaryClassification.Trainers.AveragedPerceptron(new AveragedPerceptronTrainer.Options
        {
            NumberOfIterations = (Passes + copies - 1) / copies,
            LearningRate = (float)LearningRate,
            DecreaseLearningRate = Step == PerceptronStep.Falling,
            L2Regularization = (float)L2,
            Shuffle = true,
        }).Fit(view);
    }

    IModel IMLNetTrainer.Convert(ITransformer fitted, FeatureView view, FitContext context) => MLNetLinear.Margins(fitted);
}
