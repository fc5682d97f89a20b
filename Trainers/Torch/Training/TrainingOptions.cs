using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>How a network is trained: length, rate, batches, regularisation, averaging, stopping, files.</summary>
/// <remarks>The defaults suit the fine-tuning of a small encoder; trainers choose others where the data's shape says so.</remarks>
public sealed record TrainingOptions
{
    /// <summary>Passes over the rows, at least 1. A deadline may shorten them.</summary>
    [Bounds(1, 100_000)]
    public int Epochs { get; init; } = 3;

    /// <summary>Examples of one forward and backward pass.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches whose gradients are averaged for one update: the update sees <see cref="BatchSize"/> × this many examples.</summary>
    [Bounds(1, 4_096)]
    public int Accumulation { get; init; } = 1;

    /// <summary>Highest step size of AdamW.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>How the rate falls after warm-up.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Linear;

    /// <summary>Share of the updates over which the rate rises from 0 to its highest.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double WarmUp { get; init; } = 0.06;

    /// <summary>Decoupled weight decay of matrices and embeddings; biases and norms have none.</summary>
    [Bounds(0, 10)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Longest gradient, over all weights together; a longer one is scaled down to it. Infinite: none is.</summary>
    [Bounds(0, double.PositiveInfinity, LowIsOpen = true)]
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Number format of the large matrix products.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Auto;

    /// <summary>Whether the layers' inner values are computed again in the backward pass: less memory, a third more time.</summary>
    public bool RecomputesLayers { get; init; }

    /// <summary>Where the network lives.</summary>
    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    /// <summary>Most tokens of an example, special tokens included.</summary>
    [Bounds(4, 1_048_576)]
    public int MaxLength { get; init; } = 128;

    /// <summary>Share of values that dropout sets to 0 in training; null leaves the encoder's own.</summary>
    [Bounds(0, 1, HighIsOpen = true)]
    public double? Dropout { get; init; }

    /// <summary>Share ε of the target that is spread evenly over all classes.</summary>
    /// <remarks>Source: Szegedy et al., Rethinking the Inception Architecture, CVPR 2016, section 7.</remarks>
    [Bounds(0, 1, HighIsOpen = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>How much the examples of each class count.</summary>
    public ClassWeighting ClassWeights { get; init; } = ClassWeighting.None;

    /// <summary>Whether, and how, training also sees word embeddings moved to where they hurt most.</summary>
    public AdversarialTraining Adversarial { get; init; } = AdversarialTraining.None;

    /// <summary>Length of that move, in units of the embeddings; for FreeLB the largest.</summary>
    [Bounds(0, 1_000, LowIsOpen = true)]
    public double AdversarialSize { get; init; } = 0.5;

    /// <summary>Ascent steps of FreeLB.</summary>
    [Bounds(1, 100)]
    public int AdversarialSteps { get; init; } = 2;

    /// <summary>Whether the model's weights are a mean over those of several updates.</summary>
    public WeightAveraging Averaging { get; init; } = WeightAveraging.None;

    /// <summary>Share of the exponential mean that stays at each update.</summary>
    [Bounds(0, 1, LowIsOpen = true, HighIsOpen = true)]
    public double AveragingDecay { get; init; } = 0.995;

    /// <summary>Share of the updates, at the end, that the plain mean is taken over.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double AveragingShare { get; init; } = 0.25;

    /// <summary>Factor of the rate from each layer to the one below it; 1 trains all alike.</summary>
    /// <remarks>Source: Howard and Ruder, Universal Language Model Fine-tuning, ACL 2018, section 3.2 (discriminative fine-tuning).</remarks>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LayerDecay { get; init; } = 1;

    /// <summary>Share of the updates over which layers thaw from the top down; 0 trains all from the start.</summary>
    /// <remarks>Source: as <see cref="LayerDecay"/>, section 3.3 (gradual unfreezing).</remarks>
    [Bounds(0, 1)]
    public double UnfreezeShare { get; init; }

    /// <summary>Validations in a row without a better score before training ends; 0 never ends it. The best weights are kept either way.</summary>
    [Bounds(0, 100_000)]
    public int Patience { get; init; }

    /// <summary>Validations an epoch, evenly spaced, the last at its end.</summary>
    [Bounds(1, 10_000)]
    public int ValidationsPerEpoch { get; init; } = 1;

    /// <summary>Folder of the checkpoint: training goes on from one that is there, and leaves one behind. Null: none.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Updates between checkpoints; 0: at the end of each epoch.</summary>
    [Bounds(0, int.MaxValue)]
    public int CheckpointSteps { get; init; }

    /// <summary>Folder for TensorBoard's event files. Null: none.</summary>
    public string? LogFolder { get; init; }
}
