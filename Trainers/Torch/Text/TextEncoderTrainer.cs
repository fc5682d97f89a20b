using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Fine-tunes a pre-trained text encoder: text classification and regression over one text, a pair, and other columns beside them.</summary>
/// <remarks>
/// The tokens of a row go through the encoder; its pooled vector and the row's other features go into a linear head. Minimises cross-entropy for
/// classes and squared error for numbers with AdamW. Two text columns are read as a pair. Long texts are read in windows. The best epoch by a
/// validation set is kept. Near its deadline the schedule is shortened, so that the rate still falls to 0. The same seed and threads give the same
/// weights on the processor. Needs an encoder: a Hugging Face directory or a name. Time O(epochs · tokens · weights).
/// Source: Devlin et al., BERT, NAACL 2019, section 4; defaults by the number of rows and classes were found on three sets, see docs/text.md.
/// </remarks>
[Excused("A_single_row_scores_as_in_the_batch", "libtorch sums in another order for other sizes of a batch: rows agree to about 1e-5, which the Torch tests hold.")]
public sealed record TextEncoderTrainer : ITrainer<TextEncoderTrainer>, IRoundTrainer
{
    /// <summary>Folder or name of the encoder; default the one that the environment variable MLPIPES_ENCODER names, empty for none.</summary>
    public string Encoder { get; init; } = EncoderChoice.Default ?? "";

    /// <summary>Passes over the rows. Default null: by the number of rows and classes, from 1 to 15.</summary>
    [Bounds(1, 100_000)]
    public int? Epochs { get; init; }

    /// <summary>Highest learning rate. Default null: by the number of classes, the encoder's width and how it is adapted.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double? LearningRate { get; init; }

    /// <summary>Rows of a step, default 32.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches whose gradients are averaged for one step, default 1.</summary>
    [Bounds(1, 4_096)]
    public int Accumulation { get; init; } = 1;

    /// <summary>Which of the encoder's weights learn, and what is added to it.</summary>
    public Adaptation Adaptation { get; init; } = Adaptation.Full;

    /// <summary>How adapters are made, for the kinds that add something.</summary>
    public AdaptationOptions Adapter { get; init; } = new();

    /// <summary>How the tokens' vectors become one.</summary>
    public TextPooling Pooling { get; init; } = TextPooling.Auto;

    /// <summary>What happens to texts longer than a window.</summary>
    public LongTexts LongTexts { get; init; } = LongTexts.MeanOfWindows;

    /// <summary>Tokens of a window, special ones included, default 256; never more than the encoder reads.</summary>
    [Bounds(8, 1_048_576)]
    public int MaxLength { get; init; } = 256;

    /// <summary>How the learning rate falls.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Linear;

    /// <summary>Share of the steps over which the rate rises, default 0.06.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double WarmUp { get; init; } = 0.06;

    /// <summary>Factor of the rate from each layer to the one below it, default 1.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LayerDecay { get; init; } = 1;

    /// <summary>Share of the steps over which layers thaw from the top down, default 0: all learn from the start.</summary>
    [Bounds(0, 1)]
    public double UnfreezeShare { get; init; }

    /// <summary>Decoupled weight decay, default 0.01.</summary>
    [Bounds(0, 10)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of values dropped in training; default null, as the encoder says.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double? Dropout { get; init; }

    /// <summary>Share of each label spread over all classes, default 0. Acts on classifications only.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>How much the rows of each class count.</summary>
    public ClassWeighting ClassWeights { get; init; } = ClassWeighting.None;

    /// <summary>
    /// Folder or name of a larger encoder with the same vocabulary, which is fine-tuned first and whose scores the smaller one learns from; empty
    /// (default) for none. It takes six tenths of the time.
    /// </summary>
    public string Teacher { get; init; } = "";

    /// <summary>How the teacher's scores are learned from, where there is one.</summary>
    public DistillationOptions Distillation { get; init; } = new();

    /// <summary>Training on moved word embeddings.</summary>
    public AdversarialTraining Adversarial { get; init; } = AdversarialTraining.None;

    /// <summary>Which mean over the steps the weights are.</summary>
    public WeightAveraging Averaging { get; init; } = WeightAveraging.None;

    /// <summary>Validations without gain that end the fit, default 2; 0 never ends it.</summary>
    [Bounds(0, 100_000)]
    public int Patience { get; init; } = 2;

    /// <summary>Number format of the large products, in training and in scoring.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>Whether layers are computed again for the gradient: less memory, a third more time.</summary>
    public bool RecomputesLayers { get; init; }

    /// <summary>Where it is trained.</summary>
    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    /// <summary>Folder of a checkpoint, written at the end of each pass: a fit with the same rows, options and seed goes on from one that is there. Null: none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Folder for event files that TensorBoard shows. Null: none.</summary>
    public string? LogFolder { get; init; }

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("text-encoder", "A pre-trained text encoder, fine-tuned.", MLTask.Binary, MLTask.Multiclass, MLTask.Regression)
    {
        Needs = Needs.TokenIds | Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense,
        UsesWeights = true,
        StopsEarly = true,
        KeepsPartial = true,
        RunsNativeCode = true,
        UsesAllCores = true,
        FlopsPerSecond = EncoderSpeed.FlopsPerSecond,
        Unavailable = EncoderChoice.WhyNone,
    };

    /// <inheritdoc/>
    public static SearchSpace<TextEncoderTrainer> Space(DataShape data)
    {
        TextEncoderTrainer start = new();
        TextDefaults defaults = TextDefaults.For(start, data);
        return new SearchSpace<TextEncoderTrainer>()
            .LogInteger(nameof(Epochs), 1, 20, defaults.Epochs, (t, v) => t with { Epochs = v })
            .Log(nameof(LearningRate), 1e-5, 2e-3, defaults.LearningRate, (t, v) => t with { LearningRate = v })
            .Linear(nameof(LayerDecay), 0.7, 1, 1, (t, v) => t with { LayerDecay = v })
            .Choice(nameof(BatchSize), [16, 32, 64], 32, (t, v) => t with { BatchSize = v });
    }

    /// <inheritdoc/>
    /// <remarks>Operations: 6 a weight and token for forward and backward (Kaplan et al., Scaling Laws, 2020, section 2.1), embeddings not counted.</remarks>
    public CostHint Cost(DataShape data) => TextDefaults.For(this, data).Cost;

    /// <inheritdoc/>
    public int RoundsOf(IModel model) => model is TextEncoderModel text ? text.Epochs : 0;

    /// <inheritdoc/>
    public ITrainer WithRounds(int rounds) => this with { Epochs = rounds };

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => TextFit.Run(this, data, context);
}
