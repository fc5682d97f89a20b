using MLPipes.Pipelines;
using MLPipes.Trainers.Torch;

namespace MLPipes;

/// <summary>Convolution filters over windows of words, each giving its largest value over the text, under a linear layer; trained by torch, scored in managed code.</summary>
/// <remarks>
/// Word vectors are learned from the rows. Windows of 3, 4 and 5 words; the filters' maxima of all text columns and the quantities beside them go
/// into one linear layer. Minimises log-loss for classes and squared error for numbers with AdamW, the rate falling to 0 at the last epoch or at
/// the deadline; with a validation set the best epoch is kept. Time O(epochs · tokens · filters · vector). Source: Kim, Convolutional Neural
/// Networks for Sentence Classification, EMNLP 2014 (CNN-rand). Departures: AdamW in place of Adadelta; windows reach over a text's ends; some
/// words are read as unknown ones.
/// </remarks>
public sealed record TextCnn : ITrainer<TextCnn>, IRoundTrainer
{
    private static readonly int[] widths = [3, 4, 5];

    /// <summary>Filters of each window width, default 64.</summary>
    [Bounds(1, 4096)]
    public int Filters { get; init; } = 64;

    /// <summary>Numbers of a word's vector, default 64.</summary>
    [Bounds(1, 4096)]
    public int Width { get; init; } = 64;

    /// <summary>Tokens of a text from its beginning that are read, default 256.</summary>
    [Bounds(1, 10_000)]
    public int MaxTokens { get; init; } = 256;

    /// <summary>Highest learning rate, default 0.002.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Share of the last layer's inputs left out in each step, default 0.5; half of it of the word vectors' numbers.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double Dropout { get; init; } = 0.5;

    /// <summary>Share of the words that are read as unknown ones in training, default 0.1.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double UnknownShare { get; init; } = 0.1;

    /// <summary>Rows of a step, default 32.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Passes over the rows, exactly so many without a validation set. Default null: at most 10, and 5 without a validation set.</summary>
    [Bounds(1, 100_000)]
    public int? Epochs { get; init; }

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("text-cnn", "Convolutional network over word vectors learned from the rows, for text.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.WordIds | Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
        RunsNativeCode = true,
    };

    /// <inheritdoc/>
    public static SearchSpace<TextCnn> Space(DataShape data) => new SearchSpace<TextCnn>()
        .LogInteger(nameof(Filters), 32, 256, 64, (t, v) => t with { Filters = v })
        .LogInteger(nameof(Width), 32, 256, 64, (t, v) => t with { Width = v })
        .Log(nameof(LearningRate), 5e-4, 1e-2, 2e-3, (t, v) => t with { LearningRate = v })
        .Linear(nameof(Dropout), 0.1, 0.7, 0.5, (t, v) => t with { Dropout = v });

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is TextNetModel net ? net.Epochs : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Epochs = rounds };

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        double tokens = Math.Max(data.Rows, Math.Min(data.Tokens, (double)data.Rows * MaxTokens)), epochs = Epochs ?? 6;
        double weights = (widths.Sum() * Width * (double)Filters) + (widths.Length * Filters * (double)data.Outputs), words = Math.Min(tokens, 60_000) * Width;
        // Beside the weights: windows and filter values of a batch, with their gradients.
        double batch = 4.0 * 2 * BatchSize * MaxTokens * ((widths.Sum() * Width) + (widths.Length * Filters * 3.0));
        return new CostHint(6 * epochs * tokens * weights, (long)Math.Min(long.MaxValue / 4, (16 * (weights + words)) + batch + (4 * tokens) + (64 << 20)));
    }

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) =>
        TextNetFit.Run(data, new TextNetPlan(Width, MaxTokens, Dropout, UnknownShare, Plan(context)), random => new ConvolutionBody(Width, widths, Filters, random), context);

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
