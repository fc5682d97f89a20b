using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>What the estimators of texts in ML.NET's catalogs share: columns, the choice between an encoder and a light model, the fit.</summary>
internal sealed record TextTask
{
    // A light model makes at most twice as many passes over the rows as an encoder: they cost little.
    private const int LightFactor = 2;

    public required MLTask Task { get; init; }
    public required string Label { get; init; }
    public required string Score { get; init; }
    public required string Prediction { get; init; }
    public required string[] Texts { get; init; }
    public required TextEncoderTrainer Trainer { get; init; }
    public required TextTrainerOptions Options { get; init; }
    public required TrainerLog Log { get; init; }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public TextTransformer Fit(IDataView input)
    {
        Check(MLNetInterop.ShapeOf(input.Schema));
        Pipeline pipeline = new()
        {
            Task = Task,
            Label = Label,
            Trainer = TrainerFor(input),
            Features = Texts,
            Roles = new Roles { ByColumn = Texts.ToDictionary(t => t, _ => ColumnRole.Text, StringComparer.Ordinal) },
            Validation = Options.ValidationSet,
            Context = Options.Begin(Log),
        };
        if (Trainer.Encoder.Length > 0) pipeline = pipeline.With(ColumnSelector.Named(Texts), new TokenIds { Encoder = Trainer.Encoder });
        return new TextTransformer(pipeline.Fit(input), new ScoreNames(Score, Prediction));
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them those of a prediction.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column label = Check(inputSchema);
        return inputSchema.With(ScoreColumns.Add(new SchemaShape([label]), Task, label).Where(c => c.Name != label.Name).Select(added =>
        {
            string name = added.Name == ScoreColumns.Score ? Score : added.Name == ScoreColumns.PredictedLabel ? Prediction : added.Name;
            return MLNetInterop.ShapeColumn(name, added.Kind, added.ItemType, added.IsKey, added.Annotations);
        }));
    }

    private SchemaShape.Column Check(SchemaShape schema)
    {
        foreach (string text in Texts) schema.NeededText(text);
        SchemaShape.Column label = schema.Needed(Label);
        bool fits = label.Kind == SchemaShape.Column.VectorKind.Scalar && (Task == MLTask.Regression ? label.ItemType == NumberDataViewType.Single && !label.IsKey : label.IsKey);
        if (!fits)
            throw new TableException(Label, found: label.Described(), expected: Task == MLTask.Regression ? "a number (Single)" : "a key",
                hint: Task == MLTask.Regression ? "Put Transforms.Conversion.ConvertType before it." : "Put Transforms.Conversion.MapValueToKey before it.");
        return label;
    }

    private ITrainer TrainerFor(IDataView input)
    {
        if (Trainer.Encoder.Length == 0)
        {
            Log.Info($"No encoder is named (options, {EncoderChoice.Setting}): the light model is trained from scratch, a convolutional network over words.");
            Options.WarnLight(Log);
            TextCnn light = new() { Epochs = LightFactor * Options.MaxEpoch, BatchSize = Trainer.BatchSize };
            return Trainer.LearningRate is { } rate ? light with { LearningRate = rate } : light;
        }
        int classes = Task == MLTask.Regression ? 0 : KeyNames.OfLabel(input.Schema[Label])!.Count;
        DataShape shape = new(Task, (int)Math.Min(int.MaxValue, input.GetRowCount() ?? RowsOf(input)), 1, classes);
        return Trainer with { Epochs = Math.Min(Options.MaxEpoch, TextDefaults.For(Trainer, shape).Epochs) };
    }

    // Views that are computed as they are read, files among them, do not know their rows; few rows want many passes.
    private static long RowsOf(IDataView view)
    {
        long rows = 0;
        using DataViewRowCursor cursor = view.GetRowCursor([]);
        while (cursor.MoveNext()) rows++;
        return rows;
    }
}
