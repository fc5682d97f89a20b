using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Linear support vector machine by dual coordinate descent.</summary>
/// <remarks>
/// Minimises ½ (‖w‖² + b²) + C · Σ loss over w: [features] and a bias b that counts as one more weight. Its scores are margins
/// without a probability: calibrate them (<see cref="Calibrated"/>). Time O(passes · stored values), memory O(rows + features). Assumes
/// features on a common scale. Written here because ML.NET's linear SVM (Pegasos) ignores row weights and does not converge to the optimum.
/// Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008.
/// </remarks>
public sealed record LinearSvm : ITrainer<LinearSvm>
{
    /// <summary>Weight of the loss against the penalty, per row. Default 0.1; larger fits closer.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double C { get; init; } = 0.1;

    /// <summary>What is minimised. Default <see cref="SvmLoss.SquaredHinge"/>.</summary>
    public SvmLoss Loss { get; init; }

    /// <summary>Most passes over the rows. Default 200.</summary>
    [Bounds(1, 1_000_000)]
    public int Passes { get; init; } = 200;

    /// <summary>Ends once no row of a pass violates the optimality conditions by more than this. Default 0.001.</summary>
    [Bounds(0, 10, LowIsOpen = true)]
    public double Tolerance { get; init; } = 1e-3;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("linear-svm", "Linear support vector machine; margins that need calibration.", MLTask.Binary)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled,
        UsesWeights = true,
        KeepsPartial = true,
        GivesMargins = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<LinearSvm> Space(DataShape data) => new SearchSpace<LinearSvm>()
        .Log(nameof(C), 1e-4, 1e2, 0.1, (t, v) => t with { C = v })
        .Choice(nameof(Loss), [SvmLoss.SquaredHinge, SvmLoss.Hinge], SvmLoss.SquaredHinge, (t, v) => t with { Loss = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => LinearCost.OfPasses(data, Passes);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        DualCoordinateDescent descent = new(data, C, Loss == SvmLoss.SquaredHinge, context.Seed);
        bool Stop()
        {
            context.Cancel.ThrowIfCancellationRequested();
            return context.IsOutOfTime;
        }

        // One pass at least, so that there is a model whenever the deadline comes.
        double violation = descent.Pass(() => { context.Cancel.ThrowIfCancellationRequested(); return false; });
        for (int pass = 1; pass < Passes && violation > Tolerance && !Stop(); pass++)
        {
            violation = descent.Pass(Stop);
            context.Progress?.Report(new FitProgress((double)pass / Passes, double.NaN, $"pass {pass + 1}"));
        }
        return new LinearModel([.. descent.Weights.Select(w => (float)w)], [(float)descent.Bias], link: null);
    }
}
