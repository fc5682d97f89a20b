using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>What all trainers of texts in ML.NET's catalogs can be told, with the names of ML.NET's own where it has them.</summary>
public abstract class TextTrainerOptions
{
    private protected TextTrainerOptions() { }

    /// <summary>Examples of one step of training: rows, or windows of questions' contexts. Default 32, 4 for questions.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; set; } = 32;

    /// <summary>Most passes over the rows; fewer where fewer suit their number.</summary>
    [Bounds(1, 100_000)]
    public int MaxEpoch { get; set; } = 10;

    /// <summary>Rows with labels that the best pass is chosen by; null for none.</summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>Folder or name of a pre-trained encoder; default the one that MLPIPES_ENCODER names; null or empty for none: the light model where the trainer has one, else a refusal.</summary>
    public string? Encoder { get; set; } = EncoderChoice.Default;

    /// <summary>Highest step size; null (default): what suits the model.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double? LearningRate { get; set; }

    /// <summary>Seed of everything random, at least 0.</summary>
    [Bounds(0, int.MaxValue)]
    public int Seed { get; set; } = 1;

    /// <summary>Threads to use, at least 1; default all cores.</summary>
    [Bounds(1, 4096)]
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Time after which training ends with the model so far; null for no limit.</summary>
    public TimeSpan? Time { get; set; }

    /// <summary>Folder of a checkpoint of the encoder's training, written at the end of each pass: the same training goes on from one that is there. Null: none.</summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>Folder for event files of the encoder's training that TensorBoard shows. Null: none.</summary>
    public string? LogFolder { get; set; }

    /// <summary>Ends training without a model.</summary>
    public CancellationToken Cancel { get; set; }

    /// <summary>The encoder's trainer, told what all of these options say of it.</summary>
    internal TextEncoderTrainer ToTrainer() => new() { Encoder = Encoder ?? "", BatchSize = BatchSize, LearningRate = LearningRate, CheckpointFolder = CheckpointFolder, LogFolder = LogFolder };

    /// <summary>Says which options a light model does not act on.</summary>
    internal void WarnLight(TrainerLog log)
    {
        if (CheckpointFolder is not null || LogFolder is not null) log.Warn("CheckpointFolder and LogFolder are not used: they are for an encoder's training, and none is named.");
    }

    /// <summary>What a fit that begins now may use.</summary>
    internal FitContext Begin(TrainerLog log) => new()
    {
        Seed = Seed,
        Threads = Threads,
        Deadline = Time is { } time ? TimeProvider.System.GetUtcNow() + time : null,
        Cancel = Cancel,
        Progress = log,
    };
}
