using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="QuestionAnswerTrainer"/>, with the names of ML.NET's own where it has them.</summary>
public sealed class QuestionAnswerOptions
{
    /// <summary>Column with the text that holds the answer.</summary>
    public string ContextColumnName { get; set; } = "Context";

    /// <summary>Column with the question.</summary>
    public string QuestionColumnName { get; set; } = "Question";

    /// <summary>Column with the answer to learn, words of the context.</summary>
    public string TrainingAnswerColumnName { get; set; } = "TrainingAnswer";

    /// <summary>Column with where the answer begins in the context, in characters: a whole number.</summary>
    public string AnswerIndexColumnName { get; set; } = "AnswerIndex";

    /// <summary>Column that takes the predicted answers, the best first: a vector of texts.</summary>
    public string PredictedAnswerColumnName { get; set; } = "Answer";

    /// <summary>Column that takes their probabilities: a vector of numbers.</summary>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>Answers predicted for a question.</summary>
    [Bounds(1, 1000)]
    public int TopKAnswers { get; set; } = 3;

    /// <summary>Windows of one step of training.</summary>
    [Bounds(1, 65_536)]
    public int BatchSize { get; set; } = 4;

    /// <summary>Passes over the rows.</summary>
    [Bounds(1, 100_000)]
    public int MaxEpoch { get; set; } = 10;

    /// <summary>Rows with answers that the best pass is chosen by; null for none.</summary>
    public IDataView? ValidationSet { get; set; }

    /// <summary>Folder or name of a pre-trained encoder; default the one that MLPIPES_ENCODER names. There is no light model for answers.</summary>
    public string? Encoder { get; set; } = EncoderChoice.Default;

    /// <summary>Highest step size.</summary>
    [Bounds(0, 1, LowIsOpen = true)]
    public double LearningRate { get; set; } = 1e-4;

    /// <summary>Tokens of a window, question included; never more than the encoder reads.</summary>
    [Bounds(32, 1_048_576)]
    public int MaxLength { get; set; } = 256;

    /// <summary>Number format of the large products, in training and in answering.</summary>
    public TrainingPrecision Precision { get; set; } = TrainingPrecision.Auto;

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
