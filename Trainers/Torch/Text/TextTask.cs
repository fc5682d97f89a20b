using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>What the estimators of texts in ML.NET's catalogs share: columns, the choice between an encoder and a light model, the fit and the log.</summary>
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
    public required int MaxEpoch { get; init; }
    public required IDataView? Validation { get; init; }
    public required TimeSpan? Time { get; init; }
    public required FitContext Context { get; init; }
    public required IHostEnvironment? Environment { get; init; }

    /// <summary>Learns from the rows.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public TextTransformer Fit(IDataView input)
    {
        Check(MLNetInterop.ShapeOf(input.Schema));
        FitContext context = Context with { Deadline = Time is { } time ? Context.Time.GetUtcNow() + time : null, Progress = new Logged(Info) };
        Pipeline pipeline = new()
        {
            Task = Task,
            Label = Label,
            Trainer = TrainerFor(input),
            Features = Texts,
            Roles = new Roles { ByColumn = Texts.ToDictionary(t => t, _ => ColumnRole.Text, StringComparer.Ordinal) },
            Validation = Validation,
            Context = context,
        };
        if (Trainer.Encoder.Length > 0) pipeline = pipeline.With(ColumnSelector.Named(Texts), new TokenIds { Encoder = Trainer.Encoder });
        return new TextTransformer(pipeline.Fit(input), new ScoreNames(Score, Prediction));
    }

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them those of a prediction.</summary>
    /// <exception cref="TableException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape.Column label = Check(inputSchema);
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (SchemaShape.Column added in ScoreColumns.Add(new SchemaShape([label]), Task, label))
        {
            string name = added.Name == ScoreColumns.Score ? Score : added.Name == ScoreColumns.PredictedLabel ? Prediction : added.Name;
            if (added.Name != label.Name) columns[name] = MLNetInterop.ShapeColumn(name, added.Kind, added.ItemType, added.IsKey, added.Annotations);
        }
        return new SchemaShape(columns.Values);
    }

    private SchemaShape.Column Check(SchemaShape schema)
    {
        Dictionary<string, SchemaShape.Column> columns = schema.ToDictionary(c => c.Name, StringComparer.Ordinal);
        SchemaShape.Column Find(string name) => columns.TryGetValue(name, out SchemaShape.Column column) ? column
            : throw new TableException(name, found: "no such column", expected: $"one of {string.Join(", ", columns.Keys.Take(12))}");
        foreach (string text in Texts)
            if (Find(text) is var column && (column.ItemType is not TextDataViewType || column.Kind != SchemaShape.Column.VectorKind.Scalar))
                throw new TableException(text, found: Describe(column), expected: "text");
        SchemaShape.Column label = Find(Label);
        bool fits = label.Kind == SchemaShape.Column.VectorKind.Scalar && (Task == MLTask.Regression ? label.ItemType == NumberDataViewType.Single && !label.IsKey : label.IsKey);
        if (!fits)
            throw new TableException(Label, found: Describe(label), expected: Task == MLTask.Regression ? "a number (Single)" : "a key",
                hint: Task == MLTask.Regression ? "Put Transforms.Conversion.ConvertType before it." : "Put Transforms.Conversion.MapValueToKey before it.");
        return label;
    }

    private ITrainer TrainerFor(IDataView input)
    {
        if (Trainer.Encoder.Length == 0)
        {
            Info($"No encoder is named (options, {EncoderChoice.Setting}): the light model is trained from scratch, a convolutional network over words.");
            TextCnn light = new() { Epochs = LightFactor * MaxEpoch, BatchSize = Trainer.BatchSize };
            return Trainer.LearningRate is { } rate ? light with { LearningRate = rate } : light;
        }
        int classes = Task == MLTask.Regression ? 0 : KeyNames.OfLabel(input.Schema[Label])!.Count;
        // Views that are computed as they are read may not know their rows; ten thousand is a fair guess.
        DataShape shape = new(Task, (int)Math.Min(int.MaxValue, input.GetRowCount() ?? 10_000), 1, classes);
        return Trainer with { Epochs = Math.Min(MaxEpoch, TextDefaults.For(Trainer, shape).Epochs) };
    }

    private static string Describe(SchemaShape.Column column) =>
        $"{(column.Kind == SchemaShape.Column.VectorKind.Scalar ? "" : "a vector of ")}{(column.IsKey ? "keys" : column.ItemType.ToString())}";

    private void Info(string line)
    {
        if (Environment is null) return;
        using IChannel channel = Environment.Start(Task == MLTask.Regression ? "SentenceSimilarity" : "TextClassification");
        channel.Info(MessageSensitivity.None, "{0}", line);
    }

    private sealed class Logged(Action<string> info) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => info(string.Create(CultureInfo.InvariantCulture, $"{value.What}: {value.Done:P0} done"));
    }
}
