using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Learns which of several labels apply to a text, none, one or many: the estimator behind <c>mlContext.MulticlassClassification.Trainers.MultiLabelText</c>.</summary>
/// <remarks>An encoder is fine-tuned with a probability of its own for each label, by the mean binary cross-entropy.</remarks>
public sealed class MultiLabelTextTrainer : IEstimator<MultiLabelTextTransformer>
{
    private readonly MultiLabelTextOptions options;
    private readonly TrainerLog log;
    private readonly string[] texts;

    /// <exception cref="OptionsException">An option is out of its range, or no encoder is named.</exception>
    internal MultiLabelTextTrainer(IHostEnvironment? environment, MultiLabelTextOptions options)
    {
        BoundsAttribute.Check(options);
        EncoderChoice.Check(options.Encoder, nameof(MultiLabelTextOptions));
        (this.options, log) = (options, new TrainerLog(environment, "MultiLabelText"));
        texts = string.IsNullOrEmpty(options.Sentence2ColumnName) ? [options.Sentence1ColumnName] : [options.Sentence1ColumnName, options.Sentence2ColumnName];
    }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    /// <exception cref="TrainingException">There are no rows.</exception>
    /// <exception cref="TorchException">The encoder can't be had.</exception>
    public MultiLabelTextTransformer Fit(IDataView input)
    {
        FitContext context = options.Begin(log);
        string[] labels = MultiLabelColumn.Names(input.Schema, options.LabelColumnName);
        Table table = Table.From(input, texts);
        if (table.RowCount == 0) throw new TrainingException(nameof(MultiLabelTextTrainer), "there are no rows to learn from.");
        TokenIds featurizer = new() { Encoder = options.Encoder! };
        List<FeatureStep> steps = [];
        foreach (string text in texts)
        {
            FeaturizerFit fit = featurizer.Fit([table[text]], new FeaturizerContext { Threads = context.Threads, Cancel = context.Cancel });
            steps.Add(new FeatureStep([text], fit.Transform ?? throw new TableException(text, found: "no text in any row", expected: "texts to learn from")));
        }
        FittedFeatures features = new(steps, isSparse: true);
        TextSource train = Source(input, table, features, labels.Length);
        TextSource? held = options.ValidationSet is { } view ? Source(view, Table.From(view, texts), features, labels.Length) : null;
        TextEncoderTrainer trainer = options.ToTrainer() with { Adaptation = options.Adaptation, Adapter = options.Adapter, MaxLength = options.MaxLength };
        trainer = trainer with { Epochs = Math.Min(options.MaxEpoch, TextDefaults.For(trainer, train.Shape with { Classes = labels.Length + 1 }).Epochs) };
        TextEncoderModel model = TextFit.Run(trainer, train, held, taught: null, new LogisticLink(), context);
        return new MultiLabelTextTransformer(features, model, labels, (float)options.Threshold, options.ScoreColumnName, options.PredictionColumnName);
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them the scores and the predicted labels.</summary>
    /// <exception cref="TableException">A text or the labels are missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (string text in texts) inputSchema.NeededText(text);
        inputSchema.Needed(options.LabelColumnName);
        const SchemaShape.Column.VectorKind vector = SchemaShape.Column.VectorKind.Vector;
        SchemaShape names = new([MLNetInterop.ShapeColumn(MultiLabelTextTransformer.KeyValues, vector, TextDataViewType.Instance)]),
            slots = new([MLNetInterop.ShapeColumn(MultiLabelTextTransformer.SlotNames, vector, TextDataViewType.Instance)]);
        return inputSchema.With(
            MLNetInterop.ShapeColumn(options.PredictionColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.UInt32, isKey: true, names),
            MLNetInterop.ShapeColumn(options.ScoreColumnName, vector, NumberDataViewType.Single, annotations: slots));
    }

    private TextSource Source(IDataView view, Table table, FittedFeatures features, int labels)
    {
        FeatureMatrix matrix = features.Transform(table, options.Threads, options.Cancel);
        DataShape shape = new(MLTask.Binary, matrix.Rows, matrix.Width, 2) { Tokens = TokenLayout.CountTokens(matrix) };
        return new TextSource(matrix, shape, MultiLabelColumn.Targets(view, options.LabelColumnName, labels), [], TextScale.Classes);
    }
}
