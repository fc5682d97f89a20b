using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;

namespace MLPipes;

/// <summary>Long short-term memory that reads texts in both directions, under a linear layer; trained by torch, scored in managed code.</summary>
/// <remarks>
/// Word vectors are learned from the rows. The largest and the mean value of each cell over a text, of all text columns, and the quantities
/// beside them go into one linear layer. Minimises log-loss for classes and squared error for numbers with AdamW, the rate falling to 0 at the
/// last epoch or at the deadline; with a validation set the best epoch is kept. Time O(epochs · tokens · cells · (cells + vector)), and a step for
/// each word of the longest text of a batch. Sources: Graves and Schmidhuber, Neural Networks 18(5–6), 2005; largest values over the text:
/// Conneau et al., Supervised Learning of Universal Sentence Representations, EMNLP 2017, section 3.2.2.
/// </remarks>
public sealed record TextBiLstm : ITrainer<TextBiLstm>, IRoundTrainer
{
    /// <summary>Cells of each direction, default 48.</summary>
    [Bounds(1, 4096)]
    public int Cells { get; init; } = 48;

    /// <summary>Numbers of a word's vector, default 64.</summary>
    [Bounds(1, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>Tokens of a text from its beginning that are read, default 128.</summary>
    [Bounds(1, 10_000)]
    public int MaxTokens { get; init; } = 128;

    /// <summary>Highest learning rate, default 0.004.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LearningRate { get; init; } = 4e-3;

    /// <summary>Share of the last layer's inputs left out in each step, default 0.5; half of it of the word vectors' numbers.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>Share of the words that are read as unknown ones in training, default 0.1.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double UnknownShare { get; init; } = 0.1;

    /// <summary>Rows of a step, default 64.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Passes over the rows, exactly so many without a validation set. Default null: at most 10, and 5 without a validation set.</summary>
    [Bounds(1, 100_000)]
    public int? Epochs { get; init; }

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("text-bilstm", "Recurrent network that reads texts in both directions, word vectors learned from the rows.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.WordIds | Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
        RunsNativeCode = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<TextBiLstm> Space(DataShape data) => new SearchSpace<TextBiLstm>()
        .LogInteger(nameof(Cells), 24, 128, 48, (t, v) => t with { Cells = v })
        .LogInteger(nameof(Width), 32, 256, 64, (t, v) => t with { Width = v })
        .Log(nameof(LearningRate), 1e-3, 2e-2, 4e-3, (t, v) => t with { LearningRate = v })
        .Linear(nameof(Dropout), 0.1, 0.7, 0.5, (t, v) => t with { Dropout = v });

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is TextNetModel net ? net.Epochs : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Epochs = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        double tokens = Math.Max(data.Rows, Math.Min(data.Tokens, (double)data.Rows * MaxTokens)), epochs = Epochs ?? 6;
        double weights = (8.0 * Cells * (Width + Cells)) + (4.0 * Cells * data.Outputs), words = Math.Min(tokens, 60_000) * Width;
        // Beside the weights: every value of every step of a batch is kept for the way back. Small steps cost more than their arithmetic says.
        double batch = 4.0 * 2 * BatchSize * MaxTokens * 2 * (14.0 * Cells);
        return new CostHint(6 * 4 * epochs * tokens * weights, (long)Math.Min(long.MaxValue / 4, (16 * (weights + words)) + batch + (4 * tokens) + (64 << 20)));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) =>
        TextNetFit.Run(data, new TextNetPlan(Width, MaxTokens, Dropout, UnknownShare, Plan(context)), random => new RecurrentBody(Width, Cells, random), context);

    private TrainingOptions Plan(FitContext context) => new()
    {
        Epochs = Epochs ?? (context.Validation is null ? 5 : 10),
        BatchSize = BatchSize,
        LearningRate = LearningRate,
        WeightDecay = 0.01,
        MaxLength = Math.Max(4, MaxTokens),
        Precision = TrainingPrecision.Float32,
        Device = TorchDevice.Cpu,
        Patience = context.Validation is null ? 0 : 2,
    };
}
