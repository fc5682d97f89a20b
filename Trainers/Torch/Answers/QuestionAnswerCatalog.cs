using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Extractive question answering in ML.NET's catalog, by the names of Microsoft.ML.TorchSharp.</summary>
public static class QuestionAnswerCatalog
{
    /// <summary>Learns to answer questions by words of a context.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="contextColumnName">Column with the text that holds the answer.</param>
    /// <param name="questionColumnName">Column with the question.</param>
    /// <param name="trainingAnswerColumnName">Column with the answer to learn.</param>
    /// <param name="answerIndexColumnName">Column with where the answer begins in the context, in characters.</param>
    /// <param name="predictedAnswerColumnName">Column that takes the predicted answers: a vector of texts.</param>
    /// <param name="scoreColumnName">Column that takes their probabilities: a vector of numbers.</param>
    /// <param name="topK">Answers predicted for a question.</param>
    /// <param name="batchSize">Windows of one step of training.</param>
    /// <param name="maxEpochs">Passes over the rows.</param>
    /// <param name="validationSet">Rows with answers that the best pass is chosen by; null for none.</param>
    /// <remarks>The encoder is the one that the environment variable MLPIPES_ENCODER names; without one, fitting fails and says so.</remarks>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static QuestionAnswerTrainer QuestionAnswer(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, string contextColumnName = "Context",
        string questionColumnName = "Question", string trainingAnswerColumnName = "TrainingAnswer", string answerIndexColumnName = "AnswerIndex", string predictedAnswerColumnName = "Answer",
        string scoreColumnName = "Score", int topK = 3, int batchSize = 4, int maxEpochs = 10, IDataView? validationSet = null) =>
        trainers.QuestionAnswer(new QuestionAnswerOptions
        {
            ContextColumnName = contextColumnName,
            QuestionColumnName = questionColumnName,
            TrainingAnswerColumnName = trainingAnswerColumnName,
            AnswerIndexColumnName = answerIndexColumnName,
            PredictedAnswerColumnName = predictedAnswerColumnName,
            ScoreColumnName = scoreColumnName,
            TopKAnswers = topK,
            BatchSize = batchSize,
            MaxEpoch = maxEpochs,
            ValidationSet = validationSet,
        });

    /// <summary>Learns to answer questions by words of a context.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static QuestionAnswerTrainer QuestionAnswer(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, QuestionAnswerOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new QuestionAnswerTrainer(MLNetInterop.EnvironmentOf(trainers), options);
    }
}
