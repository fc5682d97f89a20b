using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Text classification from a few labelled texts a class: an encoder learns to bring texts of one class together, then a logistic regression learns on its vectors.</summary>
/// <remarks>
/// First the encoder, by contrast: each text's vector is drawn to its class's and away from the others' (Zhai and Wu, BMVC 2019, section 3.1), or, over
/// pairs of one class, to all others of its class in the batch and away from the rest, by the supervised contrastive loss
/// −1/|P(i)| Σₚ log(exp(vᵢ·vₚ/τ) / Σₖ exp(vᵢ·vₖ/τ)) over vectors of length 1 (Khosla et al., NeurIPS 2020, equation 2). Its weights are then averaged
/// with those that it began with, which keeps what few texts can't teach (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022, section 3).
/// Then the head: multinomial logistic regression with an L2 penalty on the vectors of all rows, solved to its optimum. The order of the two is that
/// of SetFit (Tunstall et al., 2022), whose loss sees one pair at a time. Time O(epochs · tokens · weights). Needs an encoder of sentences.
/// </remarks>
[Excused("A_single_row_scores_as_in_the_batch", "libtorch sums in another order for other sizes of a batch: rows agree to about 1e-5, which the Torch tests hold.")]
public sealed record FewShotTrainer : ITrainer<FewShotTrainer>
{
    /// <summary>Folder or name of the encoder; default the one that the environment variable MLPIPES_ENCODER names, empty for none.</summary>
    public string Encoder { get; init; } = EncoderChoice.Default ?? "";

    /// <summary>What texts are compared with while the encoder learns.</summary>
    public ContrastTarget Contrast { get; init; } = ContrastTarget.Classes;

    /// <summary>
    /// Passes over the rows; 0 leaves the encoder as it is. With <see cref="ContrastTarget.Texts"/> each row has a new partner of its class in each.
    /// Default null: about 7,500 texts in all, partners counted, in 1 to 10 passes.
    /// </summary>
    [Bounds(0, 100_000)]
    public int? Epochs { get; init; }

    /// <summary>Texts of a step, or pairs.</summary>
    [Bounds(2, 4_096)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Highest learning rate of the encoder.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>τ: the smaller, the more the closest texts of other classes count.</summary>
    [Bounds(0.001, 10)]
    public double Temperature { get; init; } = 0.05;

    /// <summary>Share of the pre-trained weights in the mean with those that learned; 0 keeps the latter alone.</summary>
    [Bounds(0, 1)]
    public double PretrainedShare { get; init; } = 0.3;

    /// <summary>Penalty of the head: λ/2 ‖W‖² beside the sum of the rows' losses; vectors have length 1.</summary>
    [Bounds(0, 1e6, LowIsOpen = true)]
    public double L2 { get; init; } = 0.1;

    /// <summary>Tokens of a text that are read, special ones included; never more than the encoder reads.</summary>
    [Bounds(8, 1_048_576)]
    public int MaxLength { get; init; } = 256;

    /// <summary>Number format of the large products, in training and in scoring.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>Where it is trained.</summary>
    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    /// <inheritdoc/>
    public static TrainerCard Card { get; } = new("few-shot-text", "A pre-trained encoder that learns to bring texts of one class together, with a logistic regression on top; for few labelled texts.", MLTask.Binary, MLTask.Multiclass)
    {
        Needs = Needs.TokenIds | Needs.NumericOnly | Needs.NoMissing | Needs.Scaled | Needs.Dense,
        UsesWeights = true,
        KeepsPartial = true,
        RunsNativeCode = true,
        UsesAllCores = true,
        MostRows = 4_000,
        Unavailable = EncoderChoice.WhyNone,
    };

    /// <inheritdoc/>
    public static SearchSpace<FewShotTrainer> Space(DataShape data) => new SearchSpace<FewShotTrainer>()
        .LogInteger(nameof(Epochs), 1, 30, new FewShotTrainer().EpochsFor(data.Rows), (t, v) => t with { Epochs = v })
        .Log(nameof(LearningRate), 1e-5, 1e-3, 2e-4, (t, v) => t with { LearningRate = v })
        .Log(nameof(Temperature), 0.02, 0.5, 0.05, (t, v) => t with { Temperature = v })
        .Linear(nameof(PretrainedShare), 0, 0.8, 0.3, (t, v) => t with { PretrainedShare = v })
        .Log(nameof(L2), 1e-3, 10, 0.1, (t, v) => t with { L2 = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        // The head's own work is small beside the encoder's.
        TextEncoderTrainer same = new() { Encoder = Encoder, Epochs = Math.Max(1, TextsARow * EpochsFor(data.Rows)), BatchSize = TextsARow * BatchSize, MaxLength = MaxLength };
        return TextDefaults.For(same, data).Cost;
    }

    private int TextsARow => Contrast == ContrastTarget.Texts ? 2 : 1;

    /// <summary>The passes asked for, or those that suit the number of rows.</summary>
    internal int EpochsFor(int rows) => Epochs ?? (int)Math.Clamp(Math.Round(7_500.0 / TextsARow / Math.Max(1, rows)), 1, 10);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => FewShotFit.Run(this, data, context);
}
