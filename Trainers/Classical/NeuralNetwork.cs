using MLPipes.Pipelines;
using MLPipes.Trainers;

namespace MLPipes;

/// <summary>Feed-forward neural network for tables, trained in managed code.</summary>
/// <remarks>
/// Minimises log-loss for classes and squared error for numbers with Adam (β₂ 0.95) on batches of up to 256 rows. Numbers are scaled by
/// quartiles and clipped smoothly, with learned periodic features beside them; categories of up to 9 levels are one-hot, larger ones
/// embedded; missing numbers are flagged. A learnable factor a input, layers in the neural tangent parametrisation, activations whose bend is
/// learned, four waves of the learning rate, dropout and weight decay that end at 0. With a validation set the best epoch is kept, and a
/// whole wave without gain ends the fit. Near its deadline the schedule is shortened, so that the rate still falls to 0. Rows of weight 0
/// are left out. Results do not depend on the number of threads. Time O(epochs · rows · weights).
/// Source: Holzmüller, Grinsztajn and Steinwart, Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular Data, NeurIPS 2024.
/// Departures: no label smoothing by default, since it spoils probabilities; epochs by the size of the data, at most 100;
/// a single wave without gain stops early; smaller batches for few rows.
/// </remarks>
public sealed record NeuralNetwork : ITrainer<NeuralNetwork>, IRoundTrainer
{
    private const int MostTiles = 8;

    /// <summary>Units of each hidden layer, default 256.</summary>
    [Bounds(1, 8192)]
    public int Width { get; init; } = 256;

    /// <summary>Hidden layers, default 3; 0 for a linear model.</summary>
    [Bounds(0, 16)]
    public int Layers { get; init; } = 3;

    /// <summary>
    /// Passes over the rows, exactly so many without a validation set. Default null: as many as take some seconds, from 10 to 100.
    /// </summary>
    [Bounds(1, 1_000_000)]
    public int? Epochs { get; init; }

    /// <summary>Highest learning rate. Default null: for classes 0.04, half of it below 5,000 rows; for numbers 0.2 with periodic features, 0.07 without.</summary>
    [Bounds(0, 100, LowIsOpen = true)]
    public double? LearningRate { get; init; }

    /// <summary>The bend of hidden units. Default null: <see cref="NeuralActivation.Selu"/> for classes, <see cref="NeuralActivation.Mish"/> for numbers.</summary>
    public NeuralActivation? Activation { get; init; }

    /// <summary>Share of hidden values left out in each step, default 0.15; it ends at 0.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double Dropout { get; init; } = 0.15;

    /// <summary>Weight decay, decoupled from the gradient and a factor of the learning rate, default 0.02; it ends at 0.</summary>
    [Bounds(0, 1)]
    public double WeightDecay { get; init; } = 0.02;

    /// <summary>Share of each label spread over all classes, default 0. Acts on classifications only.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>How numbers are read, default with periodic features.</summary>
    public NeuralNumbers Numbers { get; init; } = NeuralNumbers.Periodic;

    /// <summary>Deviation of the first frequencies of periodic features, in waves a quartile range, default 0.1. Larger follows finer detail.</summary>
    [Bounds(0, 1000)]
    public double Frequency { get; init; } = 0.1;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("neural-network", "Neural network with learned encodings of numbers and categories.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
    };

    /// <inheritdoc/>
    /// <remarks>Ranges as in the search space of RealMLP in Better by Default, appendix C, opened to smaller widths and rates for short budgets.</remarks>
    public static SearchSpace<NeuralNetwork> Space(DataShape data)
    {
        bool numbers = data.Task == MLTask.Regression;
        SearchSpace<NeuralNetwork> space = new SearchSpace<NeuralNetwork>()
            .LogInteger(nameof(Width), 64, 512, 256, (t, v) => t with { Width = v })
            .Integer(nameof(Layers), 1, 4, 3, (t, v) => t with { Layers = v })
            .Log(nameof(LearningRate), 0.01, 0.4, numbers ? 0.2 : ClassRate(data.Rows), (t, v) => t with { LearningRate = v })
            .Linear(nameof(Dropout), 0, 0.5, 0.15, (t, v) => t with { Dropout = v })
            .Log(nameof(WeightDecay), 1e-3, 0.1, 0.02, (t, v) => t with { WeightDecay = v })
            .Choice(nameof(Activation), [NeuralActivation.Selu, NeuralActivation.Mish], numbers ? NeuralActivation.Mish : NeuralActivation.Selu, (t, v) => t with { Activation = v })
            .Choice(nameof(Numbers), [NeuralNumbers.Plain, NeuralNumbers.Periodic], NeuralNumbers.Periodic, (t, v) => t with { Numbers = v })
            .Log(nameof(Frequency), 0.02, 5, 0.1, (t, v) => t with { Frequency = v }, when: t => t.Numbers == NeuralNumbers.Periodic);
        return numbers ? space : space.Linear(nameof(LabelSmoothing), 0, 0.2, 0, (t, v) => t with { LabelSmoothing = v });
    }

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is NeuralModel network ? network.Parts.Epochs : 0;

    /// <inheritdoc/>
    /// <remarks>The learning rate's waves are compressed into them, so that a refit ends at rest too.</remarks>
    public ITrainer WithRounds(int rounds) => this with { Epochs = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        double inputs = data.Features * (Numbers == NeuralNumbers.Periodic ? 1.0 + NeuralParts.Mixes : 1) + (8.0 * data.CategoricalFeatures);
        double weights = NetPlan.WeightCount(inputs, Width, Layers, data.Outputs);
        double epochs = Epochs ?? NetPlan.UsualEpochs(data.Rows, weights);
        double rows = 4.0 * data.Rows * (data.Features + (9.0 * data.CategoricalFeatures) + 8);
        double buffers = 4.0 * MostTiles * TileProduct.Columns * ((3 * inputs) + ((3.0 * Width * Layers) + Width) + (3.0 * (data.Outputs + 32)) + 64);
        return new CostHint(6 * epochs * data.Rows * weights, (long)Math.Min(long.MaxValue / 4, (1.5 * rows) + buffers + (32 * (weights + (100 * inputs))) + (4 << 20)));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context)
    {
        NetLabels labels = NetLabels.Of(data);
        NeuralInputs inputs = NetInputs.Of(data, context);
        NetLayout layout = new(new NetDesign(inputs, [.. Enumerable.Repeat(Width, Layers)], data.Shape.Outputs) { IsPeriodic = Numbers == NeuralNumbers.Periodic });
        NetState state = new(layout);
        NetData rows = new(data, inputs, labels.Factor, labels.Offset, context);
        NetData? validation = context.Validation is { Rows: > 0 } held ? new NetData(held, inputs, labels.Factor, labels.Offset, context) : null;
        NetFit fit = new(state, PlanFor(data.Task, rows.Rows, layout), rows, validation, context);
        fit.Run(labels.Start);
        NeuralParts parts = state.ToParts(fit.Best, ActivationFor(data.Task), labels.Range, fit.BestEpoch);
        return new NeuralModel(parts, TaskLink.Of(data.Task));
    }

    private NetPlan PlanFor(MLTask task, int rows, NetLayout layout)
    {
        double rate = LearningRate ?? (task != MLTask.Regression ? ClassRate(rows) : Numbers == NeuralNumbers.Periodic ? 0.2 : 0.07);
        NetStepOptions step = new(task, ActivationFor(task), task == MLTask.Regression ? 0 : (float)LabelSmoothing);
        return new NetPlan(step, rate, WeightDecay, Dropout, Frequency, Epochs ?? NetPlan.UsualEpochs(rows, NetPlan.WeightCount(layout.Width0, Width, Layers, layout.Outputs)));
    }

    private NeuralActivation ActivationFor(MLTask task) => Activation ?? (task == MLTask.Regression ? NeuralActivation.Mish : NeuralActivation.Selu);

    // With 0.02 in place of 0.04 the log-loss was lower on all of five small tables and higher on both larger ones.
    private static double ClassRate(int rows) => rows < 5_000 ? 0.02 : 0.04;
}
