using System.ComponentModel;
using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Named-entity recognition in ML.NET's catalog, by the names of Microsoft.ML.TorchSharp.</summary>
public static class NamedEntityCatalog
{
    /// <summary>Learns to label the words of sentences.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="labelColumnName">Column with the labels: a vector of keys, one for each word of the sentence.</param>
    /// <param name="outputColumnName">Column that takes the predicted labels: a vector of keys.</param>
    /// <param name="sentence1ColumnName">Column with the sentence; its words are what white space separates.</param>
    /// <param name="batchSize">Sentences of one step of training, where a network is trained.</param>
    /// <param name="maxEpochs">Most passes over the rows.</param>
    /// <param name="validationSet">Rows with labels that training is stopped early by; null for none.</param>
    /// <remarks>The encoder is the one that the environment variable MLPIPES_ENCODER names; else the light model is trained from scratch, and the log says so.</remarks>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static NamedEntityTrainer NamedEntityRecognition(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, string labelColumnName = "Label",
        string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence", int batchSize = 32, int maxEpochs = 10, IDataView? validationSet = null) =>
        trainers.NamedEntityRecognition(new NamedEntityOptions
        {
            LabelColumnName = labelColumnName,
            PredictionColumnName = outputColumnName,
            Sentence1ColumnName = sentence1ColumnName,
            BatchSize = batchSize,
            MaxEpoch = maxEpochs,
            ValidationSet = validationSet,
        });

    /// <summary>Learns to label the words of sentences.</summary>
    /// <param name="trainers">The catalog's trainers.</param>
    /// <param name="options">All options.</param>
    /// <exception cref="OptionsException">An option is out of its range.</exception>
    public static NamedEntityTrainer NamedEntityRecognition(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, NamedEntityOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        return new NamedEntityTrainer(MLNetInterop.EnvironmentOf(trainers), options);
    }

    /// <summary>The old spelling of <see cref="NamedEntityRecognition(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string, int, int, IDataView?)"/>.</summary>
    [Obsolete("Use NamedEntityRecognition.")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static NamedEntityTrainer NameEntityRecognition(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, string labelColumnName = "Label",
        string outputColumnName = "PredictedLabel", string sentence1ColumnName = "Sentence", int batchSize = 32, int maxEpochs = 10, IDataView? validationSet = null) =>
        trainers.NamedEntityRecognition(labelColumnName, outputColumnName, sentence1ColumnName, batchSize, maxEpochs, validationSet);
}
