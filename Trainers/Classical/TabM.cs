using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>An ensemble of neural networks that share nearly all weights, trained side by side in managed code.</summary>
/// <remarks>
/// Each member multiplies the inputs by factors of its own, 1 or −1 at the start, runs them through layers with max(0, z) that all share, and ends
/// in an output layer of its own. Numbers have embeddings that are linear within pieces between quantiles; scaling, categories and missing values are as in
/// <see cref="NeuralNetwork"/>. Minimises the mean of the members' losses (log-loss or squared error) with AdamW on batches of up to 256 rows, the
/// gradient held at length 1; predicts the mean of their probabilities or numbers. With a validation set the epoch of the ensemble's least loss
/// is kept, and <see cref="Patience"/> epochs without gain end the fit. Near its deadline the schedule is shortened, so that the rate still
/// falls to 0. Rows of weight 0 are left out. Results do not depend on the number of threads. Time O(epochs · rows · members · weights).
/// Source: Gorishniy, Kotelnikov and Babenko, TabM: Advancing Tabular Deep Learning with Parameter-Efficient Ensembling, ICLR 2025,
/// sections 3.3 (TabM-mini) and 4, appendix on implementation.
/// Departures, for two processor cores: 8 members of 64 units instead of 32 of 512, and higher rates that fall to 0 instead of steady ones, since
/// more epochs of a smaller network did better on held-out parts of four training sets (docs/tabular-networks.md); categories of more than 9 levels
/// are embedded, not one-hot; a number stays beside its embedding; with more than 64 numbers these have none.
/// </remarks>
public sealed record TabM : ITrainer<TabM>, IRoundTrainer
{
    private const int MostTiles = 8, LeastEpochs = 16;

    // About ten seconds of one core of 2024.
    private const double UsualFlops = 6e11;

    /// <summary>Networks in the ensemble, default 8.</summary>
    [Bounds(1, NeuralEnsembleParts.MostMembers)]
    public int Members { get; init; } = 8;

    /// <summary>Units of each hidden layer, default 64.</summary>
    [Bounds(1, 8192)]
    public int Width { get; init; } = 64;

    /// <summary>Hidden layers, default 3; 0 for linear members.</summary>
    [Bounds(0, 16)]
    public int Layers { get; init; } = 3;

    /// <summary>
    /// Passes over the rows, exactly so many without a validation set. Default null: as many as take some seconds, from 16 to 100.
    /// </summary>
    [Bounds(1, 1_000_000)]
    public int? Epochs { get; init; }

    /// <summary>Epochs without gain on the validation set that end the fit, default 16.</summary>
    [Bounds(1, 1_000_000)]
    public int Patience { get; init; } = 16;

    /// <summary>Highest learning rate. Default null: 0.01, for classes of fewer than 5,000 rows 0.003.</summary>
    [Bounds(0, 100, LowIsOpen = true)]
    public double? LearningRate { get; init; }

    /// <summary>Share of hidden values left out in each step. Default null: 0.1 for classes, 0 for numbers.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double? Dropout { get; init; }

    /// <summary>Weight decay, decoupled from the gradient and a factor of the learning rate, default 0.0003.</summary>
    [Bounds(0, 1)]
    public double WeightDecay { get; init; } = 3e-4;

    /// <summary>Most pieces of a number's embedding, default 48; below 2 for numbers without.</summary>
    [Bounds(0, 256)]
    public int Bins { get; init; } = 48;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("tabm", "Ensemble of neural networks that share most weights.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
    };

    /// <inheritdoc/>
    /// <remarks>
    /// Knobs as in TabM's appendix on hyperparameters, with ranges that two cores can afford: narrower networks, and rates as high as few
    /// epochs ask for. Members stay as they are, there too.
    /// </remarks>
    public static SearchSpace<TabM> Space(DataShape data) => new SearchSpace<TabM>()
        .LogInteger(nameof(Width), 32, 192, 64, (t, v) => t with { Width = v })
        .Integer(nameof(Layers), 1, 4, 3, (t, v) => t with { Layers = v })
        .Log(nameof(LearningRate), 1e-3, 0.03, RateFor(data.Task, data.Rows), (t, v) => t with { LearningRate = v })
        .Linear(nameof(Dropout), 0, 0.5, DropoutFor(data.Task), (t, v) => t with { Dropout = v })
        .Log(nameof(WeightDecay), 1e-4, 0.1, 3e-4, (t, v) => t with { WeightDecay = v })
        .LogInteger(nameof(Bins), 2, 128, 48, (t, v) => t with { Bins = v });

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is NeuralEnsembleModel ensemble ? ensemble.Parts.Epochs : 0;

    /// <inheritdoc/>
    /// <remarks>The fall of the learning rate is compressed into them, so that a refit ends at rest too.</remarks>
    public ITrainer WithRounds(int rounds) => this with { Epochs = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        int numbers = data.Features - data.CategoricalFeatures;
        double inputs = numbers + (9.0 * data.CategoricalFeatures) + (Bins > 1 && numbers <= NetBins.MostNumbers ? (double)NeuralBins.Width * numbers : 0);
        double weights = NetPlan.WeightCount(inputs, Width, Layers, data.Outputs);
        double epochs = Epochs ?? NetPlan.UsualEpochs(data.Rows, Members * weights, UsualFlops, LeastEpochs);
        double rows = 4.0 * data.Rows * (data.Features + (9.0 * data.CategoricalFeatures) + 8);
        double buffers = 4.0 * MostTiles * TileProduct.Columns * (inputs + 32 + (Members * ((2 * inputs) + (3.0 * Width * Layers) + Width + (3.0 * (data.Outputs + 32)) + 64)));
        double parameters = weights + (Members * (inputs + 16 + (Width * (data.Outputs + 16.0)))) + (Bins * 16.0 * numbers);
        return new CostHint(6 * epochs * data.Rows * Members * weights, (long)Math.Min(long.MaxValue / 4, (1.5 * rows) + buffers + (32 * parameters) + (4 << 20)));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        NetLabels labels = NetLabels.Of(data);
        NeuralInputs inputs = NetInputs.Of(data, context);
        NetData rows = new(data, inputs, labels.Factor, labels.Offset, context);
        NetData? validation = context.Validation is { Rows: > 0 } held ? new NetData(held, inputs, labels.Factor, labels.Offset, context) : null;
        NetLayout layout = new(new NetDesign(inputs, [.. Enumerable.Repeat(Width, Layers)], data.Shape.Outputs) { Bins = NetBins.Of(inputs, rows, Bins, context), Members = Members });
        NetState state = new(layout);
        NetStepOptions step = new(data.Task, NeuralActivation.Relu, Smoothing: 0) { Recipe = NetRecipe.TabM(Patience) };
        int epochs = Epochs ?? NetPlan.UsualEpochs(rows.Rows, Members * NetPlan.WeightCount(layout.Width0, Width, Layers, layout.Outputs), UsualFlops, LeastEpochs);
        NetFit fit = new(state, new NetPlan(step, LearningRate ?? RateFor(data.Task, rows.Rows), WeightDecay, Dropout ?? DropoutFor(data.Task), Deviation: 0, epochs), rows, validation, context);
        fit.Run(labels.Start);
        NeuralEnsembleParts parts = state.ToEnsemble(fit.Best, labels.Range, fit.BestEpoch, labels.Start);
        return new NeuralEnsembleModel(parts, TaskLink.Of(data.Task));
    }

    private static double RateFor(MLTask task, double rows) => task != MLTask.Regression && rows < 5_000 ? 0.003 : 0.01;

    private static double DropoutFor(MLTask task) => task == MLTask.Regression ? 0 : 0.1;
}
