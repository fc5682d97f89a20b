using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Options of <see cref="QuestionAnswerTrainer"/>, with the names of ML.NET's own where it has them.</summary>
public sealed class QuestionAnswerOptions : TextTrainerOptions
{
    /// <summary>Options with their defaults: 4 windows a step of training, as in Microsoft.ML.TorchSharp.</summary>
    public QuestionAnswerOptions() => BatchSize = 4;

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

    /// <summary>Tokens of a window, question included; never more than the encoder reads.</summary>
    [Bounds(32, 1_048_576)]
    public int MaxLength { get; set; } = 256;

    /// <summary>Number format of the large products, in training and in answering.</summary>
    public TrainingPrecision Precision { get; set; } = TrainingPrecision.Auto;
}
