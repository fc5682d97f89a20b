using MLPipes.Pipelines;

namespace MLPipes.Trainers;

/// <summary>Generalized additive model: the score is a sum of step functions, one of each feature, so that each effect can be read off.</summary>
/// <remarks>
/// Binary: log-loss; regression: squared error. Boosted by small steps over the features in turn. Missing values have a level of their
/// own, category codes one each. Time O(rounds · rows · features), memory O(rows · features) bytes. With a validation set it stops once
/// that has not improved for 50 rounds, and keeps the best. Written here because ML.NET's trainer can't be stopped, drops rows with
/// missing values and knows neither categories nor early stopping.
/// Sources: Hastie and Tibshirani, Generalized Additive Models, 1990; Lou, Caruana and Gehrke, KDD 2012.
/// </remarks>
public sealed record Gam : ITrainer<Gam>, IRoundTrainer
{
    private const int Patience = 50;

    /// <summary>Most rounds over the features. Default 300.</summary>
    [Bounds(1, 100_000)]
    public int Rounds { get; init; } = 300;

    /// <summary>Share of each step that is taken. Default 0.1.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Most levels of a step. Default 4.</summary>
    [Bounds(2, BinnedFeature.MaxBins)]
    public int Leaves { get; init; } = 4;

    /// <summary>Most bins per feature. Default 128.</summary>
    [Bounds(2, BinnedFeature.MaxBins)]
    public int Bins { get; init; } = 128;

    /// <summary>Fewest rows of a level. Default 10.</summary>
    [Bounds(1, int.MaxValue)]
    public int RowsPerLeaf { get; init; } = 10;

    /// <summary>Pull of each level towards no effect, as that many rows without one (their second derivatives). Default 1.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double L2 { get; init; } = 1;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("gam", "Generalized additive model of boosted step functions.", MLTask.Binary, MLTask.Regression)
    {
        Needs = Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<Gam> Space(DataShape data) => new SearchSpace<Gam>()
        .LogInteger(nameof(Rounds), 50, 2000, 300, (t, v) => t with { Rounds = v })
        .Log(nameof(LearningRate), 0.01, 0.5, 0.1, (t, v) => t with { LearningRate = v })
        .LogInteger(nameof(Leaves), 2, 16, 4, (t, v) => t with { Leaves = v })
        .LogInteger(nameof(Bins), 16, 255, 128, (t, v) => t with { Bins = v })
        .Log(nameof(L2), 0.1, 100, 1, (t, v) => t with { L2 = v });

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is AdditiveModel additive ? additive.Rounds : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Rounds = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data) =>
        new(4.0 * Rounds * data.Rows * data.Features * data.Outputs, ((long)data.Rows * data.Features) + (48L * data.Rows) + (8L << 20));

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        AdditiveBoosting boosting = new(data, Bins, context);
        StepFit fit = new(Leaves, RowsPerLeaf, L2);
        AdditiveWatch? watch = context.Validation is { Rows: > 0 } validation ? new AdditiveWatch(boosting, validation) : null;
        double least = watch?.Loss() ?? double.NaN;
        double[][]? best = watch is null ? null : boosting.Effects();
        int bestRound = -1, done = 0;
        bool Stop()
        {
            context.Cancel.ThrowIfCancellationRequested();
            return context.IsOutOfTime;
        }

        for (int round = 0; round < Rounds && boosting.Active.Count > 0 && !Stop(); round++)
        {
            boosting.Round(fit, LearningRate, watch, Stop);
            done++;
            double loss = watch?.Loss() ?? double.NaN;
            context.Progress?.Report(new FitProgress((round + 1.0) / Rounds, loss, $"round {round + 1}"));
            if (loss < least) (least, best, bestRound) = (loss, boosting.Effects(), round);
            else if (watch is not null && round - bestRound >= Patience) break;
        }
        return boosting.Model(best ?? boosting.Effects(), watch is null ? done : bestRound + 1, data.Task == MLTask.Binary ? new LogisticLink() : new IdentityLink());
    }
}
