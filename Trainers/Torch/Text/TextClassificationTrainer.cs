using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Learns to tell classes of texts, or of pairs of texts: the estimator behind <c>mlContext.MulticlassClassification.Trainers.TextClassification</c>.</summary>
/// <remarks>
/// Columns are as in Microsoft.ML.TorchSharp: texts, a key as the label, a key as the prediction, and a score for each key, which here is its
/// probability. An encoder is fine-tuned where one is named, else a light network is trained from scratch, and the log says so.
/// </remarks>
public sealed class TextClassificationTrainer : IEstimator<TextTransformer>
{
    private readonly TextTask task;

    /// <exception cref="OptionsException">An option is out of its range.</exception>
    internal TextClassificationTrainer(IHostEnvironment? environment, TextClassificationOptions options)
    {
        BoundsAttribute.Check(options);
        task = new TextTask
        {
            Task = MLTask.Multiclass,
            Label = options.LabelColumnName,
            Score = options.ScoreColumnName,
            Prediction = options.PredictionColumnName,
            Texts = string.IsNullOrEmpty(options.Sentence2ColumnName) ? [options.Sentence1ColumnName] : [options.Sentence1ColumnName, options.Sentence2ColumnName],
            Trainer = options.ToTrainer() with { Adaptation = options.Adaptation, Adapter = options.Adapter, ClassWeights = options.ClassWeights, MaxLength = options.MaxLength },
            Options = options,
            Log = new TrainerLog(environment, "TextClassification"),
        };
    }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    /// <exception cref="TorchException">An encoder is named and can't be had.</exception>
    public TextTransformer Fit(IDataView input) => task.Fit(input);

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the score and the predicted label.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => task.GetOutputSchema(inputSchema);
}
