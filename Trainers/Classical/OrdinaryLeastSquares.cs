using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Linear regression without a penalty.</summary>
/// <remarks>
/// Minimises Σ_i s_i (y_i − w·x_i − b)² with row weights s. X: [rows × features], w: [features]. Solved by centred normal equations of
/// features scaled to unit variance and a pivoted Cholesky factorisation: a feature that is a linear function of others, to about ten
/// digits, gets weight 0. Time O(rows · features² + features³), memory O(features²). Sparse and very wide data take conjugate
/// gradients instead. Source: Golub and Van Loan, Matrix Computations, 4th edition, sections 4.2.8 and 5.3.
/// </remarks>
public sealed record OrdinaryLeastSquares : ITrainer<OrdinaryLeastSquares>
{
    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("ordinary-least-squares", "Linear regression without a penalty, in closed form.", MLTask.Regression)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled,
        UsesWeights = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<OrdinaryLeastSquares> Space(DataShape data) => new();

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => LeastSquares.Cost(data);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => LeastSquares.Fit(data, penalty: 0, nameof(OrdinaryLeastSquares), context);
}
