using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Trainers of texts in ML.NET's catalogs, by the names of Microsoft.ML.TorchSharp.</summary>
public static class TextCatalog
{
    /// <summary>Learns to tell classes of texts, or of pairs of texts.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="labelColumnName">Column with the class: a key.</param>
    /// <param name="scoreColumnName">Column that takes the probability of each class.</param>
    /// <param name="outputColumnName">Column that takes the predicted class: a key.</param>
    /// <param name="sentence1ColumnName">Column with the text.</param>
    /// <param name="sentence2ColumnName">Column with the second text of a pair; null for single texts.</param>
    /// <param name="batchSize">Rows of one step of training.</param>
    /// <param name="maxEpochs">Most passes over the rows.</param>
    /// <param name="validationSet">Rows with labels that the best pass is chosen by; null for none.</param>
    /// <remarks>The encoder is the one that the environment variable MLPIPES_ENCODER names; else the light model is trained from scratch, and the log says so.</remarks>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static TextClassificationTrainer TextClassification(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, string labelColumnName = "Label",
        string scoreColumnName = "Score", string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence1", string? sentence2ColumnName = null,
        int batchSize = 32, int maxEpochs = 10, IDataView? validationSet = null) =>
        trainers.TextClassification(new TextClassificationOptions
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            PredictionColumnName = outputColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            BatchSize = batchSize,
            MaxEpoch = maxEpochs,
            ValidationSet = validationSet,
        });

    /// <summary>Learns to tell classes of texts, or of pairs of texts.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static TextClassificationTrainer TextClassification(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, TextClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new TextClassificationTrainer(MLNetInterop.EnvironmentOf(trainers), options);
    }

    /// <summary>Learns which of several labels apply to a text: none, one or many.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="OptionsException">An option is out of its range, or no encoder is named.</exception>
    public static MultiLabelTextTrainer MultiLabelText(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, MultiLabelTextOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new MultiLabelTextTrainer(MLNetInterop.EnvironmentOf(trainers), options);
    }

    /// <summary>Learns how alike two texts are, as a number.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="labelColumnName">Column with the similarity: a number.</param>
    /// <param name="scoreColumnName">Column that takes the predicted similarity.</param>
    /// <param name="sentence1ColumnName">Column with the first text.</param>
    /// <param name="sentence2ColumnName">Column with the second text.</param>
    /// <param name="batchSize">Rows of one step of training.</param>
    /// <param name="maxEpochs">Most passes over the rows.</param>
    /// <param name="validationSet">Rows with labels that the best pass is chosen by; null for none.</param>
    /// <remarks>The encoder is the one that the environment variable MLPIPES_ENCODER names; else the light model is trained from scratch, and the log says so.</remarks>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static SentenceSimilarityTrainer SentenceSimilarity(this RegressionCatalog.RegressionTrainers trainers, string labelColumnName = "Label",
        string scoreColumnName = "Score", string sentence1ColumnName = "Sentence1", string sentence2ColumnName = "Sentence2",
        int batchSize = 32, int maxEpochs = 10, IDataView? validationSet = null) =>
        trainers.SentenceSimilarity(new SentenceSimilarityOptions
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            Sentence2ColumnName = sentence2ColumnName,
            BatchSize = batchSize,
            MaxEpoch = maxEpochs,
            ValidationSet = validationSet,
        });

    /// <summary>Learns how alike two texts are, as a number.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static SentenceSimilarityTrainer SentenceSimilarity(this RegressionCatalog.RegressionTrainers trainers, SentenceSimilarityOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new SentenceSimilarityTrainer(MLNetInterop.EnvironmentOf(trainers), options);
    }
}
