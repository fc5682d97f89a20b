using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="NamedEntityTrainer"/>, with the names of ML.NET's own where it has them.</summary>
public sealed class NamedEntityOptions
{
    /// <summary>Column with the labels: a vector of keys, one for each word of the sentence; missing keys are words outside entities.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Column that takes the predicted labels: a vector of keys, one for each word.</summary>
    public string PredictionColumnName { get; set; } = "PredictedLabel";

    /// <summary>Column with the sentence; its words are what white space separates.</summary>
    public string Sentence1ColumnName { get; set; } = "Sentence";

    /// <summary>Sentences of one step of training, where a network is trained.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; set; } = 32;

    /// <summary>Most passes over the rows.</summary>
    [Bounds(1, 100_000)]
    public int MaxEpoch { get; set; } = 10;

    /// <summary>Rows with labels that training is stopped early by; null for none.</summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>Folder or name of a pre-trained encoder; default the one that MLPIPES_ENCODER names; null or empty for the light model.</summary>
    public string? Encoder { get; set; } = EncoderChoice.Default;

    /// <summary>Highest step size where an encoder is trained; null (default): what suits it.</summary>
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

    /// <summary>Ends training without a model.</summary>
    public CancellationToken Cancel { get; set; }
}
