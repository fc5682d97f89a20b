using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Learns to label the words of sentences: the estimator behind <c>mlContext.MulticlassClassification.Trainers.NamedEntityRecognition</c>.</summary>
/// <remarks>
/// Columns are as in Microsoft.ML.TorchSharp: the sentence is text, its words are what white space separates, the label is a vector of keys with one for each
/// word, where a missing key means a word outside entities; so is the predicted label. Labels may also be tags such as B-PER and I-PER.
/// Where labels are missing at a sentence's end its last words count as outside, and labels beyond the last word are not looked at; the log counts them.
/// </remarks>
public sealed class NamedEntityTrainer : IEstimator<NamedEntityTransformer>
{
    private readonly NamedEntityOptions options;
    private readonly TrainerLog log;

    /// <exception cref="OptionsException">An option is out of its range.</exception>
    internal NamedEntityTrainer(IHostEnvironment? environment, NamedEntityOptions options)
    {
        BoundsAttribute.Check(options);
        (this.options, log) = (options, new TrainerLog(environment, "NamedEntityRecognition"));
    }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type, or there is no entity.</exception>
    /// <exception cref="TorchException">An encoder is named and can't be had.</exception>
    public NamedEntityTransformer Fit(IDataView input)
    {
        WordLabels labels = WordLabels.Of(input.Schema, options);
        EntityDocuments train = labels.Read(input, log.Warn);
        EntityDocuments? validation = options.ValidationSet is { } view ? WordLabels.Of(view.Schema, options, labels.Keys).Read(view, log.Warn) : null;
        return new NamedEntityTransformer(TrainerOf().Fit(train, validation, options.Begin(log), tags: labels.Tags(train)), labels, options);
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the predicted labels.</summary>
    /// <exception cref="TableException">The sentence or the label is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        inputSchema.NeededText(options.Sentence1ColumnName);
        SchemaShape.Column label = inputSchema.Needed(options.LabelColumnName);
        if (!label.IsKey || label.Kind == SchemaShape.Column.VectorKind.Scalar)
            throw new TableException(label.Name, found: label.Described(), expected: "a vector of keys, one for each word", hint: "Put Transforms.Conversion.MapValueToKey before it.");
        return inputSchema.With(MLNetInterop.ShapeColumn(options.PredictionColumnName, SchemaShape.Column.VectorKind.VariableVector,
            NumberDataViewType.UInt32, isKey: true, new SchemaShape(label.Annotations.Where(a => a.Name == WordLabels.KeyValues))));
    }

    private IEntityTrainer TrainerOf()
    {
        if (!string.IsNullOrWhiteSpace(options.Encoder))
        {
            EncoderEntityTrainer trainer = new() { Encoder = options.Encoder };
            return trainer with
            {
                Training = trainer.Training with
                {
                    BatchSize = options.BatchSize,
                    Epochs = options.MaxEpoch,
                    LearningRate = options.LearningRate ?? trainer.Training.LearningRate,
                    Patience = options.ValidationSet is null ? 0 : 3,
                    CheckpointFolder = options.CheckpointFolder,
                    LogFolder = options.LogFolder,
                },
            };
        }
        log.Info("No encoder is named (options, MLPIPES_ENCODER): the light model is trained from scratch, a conditional random field over features of words.");
        options.WarnLight(log);
        return new CrfEntityTrainer { Epochs = Math.Max(2, 2 * options.MaxEpoch) };
    }
}
