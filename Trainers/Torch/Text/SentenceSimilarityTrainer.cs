using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Learns how alike two texts are, as a number: the estimator behind <c>mlContext.Regression.Trainers.SentenceSimilarity</c>.</summary>
/// <remarks>
/// Columns are as in Microsoft.ML.TorchSharp: two texts, a number as the label, a number as the score. An encoder that reads both texts together is
/// fine-tuned where one is named, else a light network is trained from scratch, and the log says so.
/// </remarks>
public sealed class SentenceSimilarityTrainer : IEstimator<TextTransformer>
{
    private readonly TextTask task;

    /// <exception cref="OptionsException">An option is out of its range.</exception>
    internal SentenceSimilarityTrainer(IHostEnvironment? environment, SentenceSimilarityOptions options)
    {
        BoundsAttribute.Check(options);
        task = new TextTask
        {
            Task = MLTask.Regression,
            Label = options.LabelColumnName,
            Score = options.ScoreColumnName,
            Prediction = ScoreColumns.PredictedLabel,
            Texts = [options.Sentence1ColumnName, options.Sentence2ColumnName],
            Trainer = options.ToTrainer() with { Adaptation = options.Adaptation, Adapter = options.Adapter, MaxLength = options.MaxLength },
            Options = options,
            Log = new TrainerLog(environment, "SentenceSimilarity"),
        };
    }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    /// <exception cref="TorchException">An encoder is named and can't be had.</exception>
    public TextTransformer Fit(IDataView input) => task.Fit(input);

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the score.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => task.GetOutputSchema(inputSchema);
}
