using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="TextClassificationTrainer"/>, with the names of ML.NET's own where it has them.</summary>
public sealed class TextClassificationOptions
{
    /// <summary>Column with the class: a key.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Column that takes the probability of each class.</summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>Column that takes the predicted class: a key.</summary>
    public string PredictionColumnName { get; set; } = "PredictedLabel";

    /// <summary>Column with the text.</summary>
    public string Sentence1ColumnName { get; set; } = "Sentence1";

    /// <summary>Column with the second text of a pair; null or empty for single texts.</summary>
    public string? Sentence2ColumnName { get; set; }

    /// <summary>Rows of one step of training.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; set; } = 32;

    /// <summary>Most passes over the rows; fewer where that many suit their number.</summary>
    [Bounds(1, 100_000)]
    public int MaxEpoch { get; set; } = 10;

    /// <summary>Rows with labels that the best pass is chosen by; null for none.</summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>Folder or name of a pre-trained encoder; default the one that MLPIPES_ENCODER names; null or empty for the light model.</summary>
    public string? Encoder { get; set; } = EncoderChoice.Default;

    /// <summary>Highest step size; null (default): what suits the model.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double? LearningRate { get; set; }

    /// <summary>Which of an encoder's weights learn.</summary>
    public Adaptation Adaptation { get; set; } = Adaptation.Full;

    /// <summary>How much the rows of each class count, where an encoder is trained.</summary>
    public ClassWeighting ClassWeights { get; set; } = ClassWeighting.None;

    /// <summary>Tokens of a text that an encoder reads at once; longer ones are read in windows.</summary>
    [Bounds(8, 1_048_576)]
    public int MaxLength { get; set; } = 256;

    /// <summary>Seed of everything random, at least 0.</summary>
    [Bounds(0, int.MaxValue)]
    public int Seed { get; set; } = 1;

    /// <summary>Threads to use, at least 1; default all cores.</summary>
    [Bounds(1, 4096)]
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Time after which training ends with the model so far; null for no limit.</summary>
    public TimeSpan? Time { get; set; }

    /// <summary>Ends training without a model.</summary>
    public CancellationToken Cancel { get; set; }
}
