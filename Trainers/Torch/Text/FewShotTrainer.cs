using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Text classification from a few labelled texts a class: an encoder learns to bring texts of one class together, then a logistic regression learns on its vectors.</summary>
/// <remarks>
/// First the encoder: batches of pairs of one class, each vector drawn to all others of its class in the batch and away from the rest, by the
/// supervised contrastive loss −1/|P(i)| Σₚ log(exp(vᵢ·vₚ/τ) / Σₖ exp(vᵢ·vₖ/τ)) over vectors of length 1 (Khosla et al., NeurIPS 2020, equation 2).
/// Then the head: multinomial logistic regression with an L2 penalty on the vectors of all rows, solved to its optimum. The order of the two is that
/// of SetFit (Tunstall et al., 2022), whose loss sees one pair at a time. Time O(epochs · pairs · tokens · weights). Needs an encoder of sentences.
/// </remarks>
[Excused("A_single_row_scores_as_in_the_batch", "libtorch sums in another order for other sizes of a batch: rows agree to about 1e-5, which the Torch tests hold.")]
public sealed record FewShotTrainer : ITrainer<FewShotTrainer>
{
    /// <summary>Folder or name of the encoder; default the one that the environment variable MLPIPES_ENCODER names, empty for none.</summary>
    public string Encoder { get; init; } = EncoderChoice.Default ?? "";

    /// <summary>Passes over the rows, each row with a new partner of its class in each; 0 leaves the encoder as it is. Default null: about 4,000 rows in all, in 1 to 6 passes.</summary>
    [Bounds(0, 100_000)]
    public int? Epochs { get; init; }

    /// <summary>Pairs of a step.</summary>
    [Bounds(2, 4_096)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Highest learning rate of the encoder.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>τ: the smaller, the more the closest texts of other classes count.</summary>
    [Bounds(0.001, 10)]
    public double Temperature { get; init; } = 0.07;

    /// <summary>Penalty of the head: λ/2 ‖W‖² beside the sum of the rows' losses; vectors have length 1.</summary>
    [Bounds(0, 1e6, LowIsOpen = true)]
    public double L2 { get; init; } = 0.02;

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
        .LogInteger(nameof(Epochs), 1, 30, EpochsFor(null, data.Rows), (t, v) => t with { Epochs = v })
        .Log(nameof(LearningRate), 1e-5, 1e-3, 2e-4, (t, v) => t with { LearningRate = v })
        .Log(nameof(Temperature), 0.02, 0.5, 0.07, (t, v) => t with { Temperature = v })
        .Log(nameof(L2), 1e-3, 10, 0.02, (t, v) => t with { L2 = v });

    /// <inheritdoc/>
    public CostHint Cost(DataShape data)
    {
        // A pair is two texts; the head's own work is small beside the encoder's.
        TextEncoderTrainer same = new() { Encoder = Encoder, Epochs = Math.Max(1, 2 * EpochsFor(Epochs, data.Rows)), BatchSize = 2 * BatchSize, MaxLength = MaxLength };
        return TextDefaults.For(same, data).Cost;
    }

    /// <summary>The passes asked for, or those that suit the number of rows.</summary>
    internal static int EpochsFor(int? asked, int rows) => asked ?? (int)Math.Clamp(Math.Round(4_000.0 / Math.Max(1, rows)), 1, 6);

    /// <inheritdoc/>
    public IModel Fit(TrainingSet data, FitContext context) => FewShotFit.Run(this, data, context);
}
