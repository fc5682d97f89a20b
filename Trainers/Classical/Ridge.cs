using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Linear regression with an L2 penalty.</summary>
/// <remarks>
/// Minimises Σ_i s_i (y_i − w·x_i − b)² + λ‖w‖², with row weights s and an intercept b that is not penalised. X: [rows × features],
/// w: [features]. Solved in closed form: centred normal equations and a Cholesky factorisation, time O(rows · features² + features³), memory
/// O(features²). Sparse and very wide data take conjugate gradients instead, time O(stored values) an iteration.
/// Source: Hoerl and Kennard, Ridge regression, Technometrics 12(1), 1970.
/// </remarks>
public sealed record Ridge : ITrainer<Ridge>
{
    /// <summary>Penalty λ, default 1. Larger shrinks harder; assumes features on a common scale.</summary>
    [Bounds(0, double.PositiveInfinity)]
    public double L2 { get; init; } = 1;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("ridge", "Linear regression with an L2 penalty, in closed form.", MLTask.Regression)
    {
        Needs = Needs.NumericOnly | Needs.NoMissing | Needs.Scaled,
        UsesWeights = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<Ridge> Space(DataShape data) =>
        new SearchSpace<Ridge>().Log(nameof(L2), 1e-4, 1e4, 1, (t, v) => t with { L2 = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) => LeastSquares.Cost(data);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => LeastSquares.Fit(data, L2, nameof(Ridge), context);
}
