using Microsoft.ML;
using MLPipes.Pipelines;

namespace MLPipes;

/// <summary>Featurizers by column selector, then a trainer: a value that is fitted on tables and on ML.NET's data views alike.</summary>
/// <remarks>
/// A trainer that gives bare margins is calibrated by wrapping it (<c>new Calibrated(trainer)</c>). Columns without a featurizer of their
/// own get what suits the trainer's needs.
/// </remarks>
public sealed record Pipeline : IEstimator<FittedPipeline>
{
    /// <summary>What is predicted.</summary>
    public required MLTask Task { get; init; }

    /// <summary>Name of the column to predict.</summary>
    public required string Label { get; init; }

    /// <summary>Learns from the features.</summary>
    public required ITrainer Trainer { get; init; }

    /// <summary>Names of the columns to learn from; null (default): all but the label and the weight.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Name of the column that says how much a row counts; null (default) for equal weights.</summary>
    public string? Weight { get; init; }

    /// <summary>What each column is used for, for example a profile's proposal; null (default): as it is stored.</summary>
    public Roles? Roles { get; init; }

    /// <summary>Featurizers for certain columns; of several for one column the last counts. Default: none, all are chosen.</summary>
    public IReadOnlyList<FeaturizerChoice> Featurizers { get; init; } = [];

    /// <summary>Rows with the same columns that nothing is fitted on, for trainers that stop early by them; null (default): none.</summary>
    public IDataView? Validation { get; init; }

    /// <summary>Seed, threads, clock, deadline and cancellation of the fit.</summary>
    public FitContext Context { get; init; } = new();

    /// <summary>The same pipeline with <paramref name="featurizer"/> for the columns that <paramref name="columns"/> selects.</summary>
    public Pipeline With(ColumnSelector columns, IFeaturizer featurizer) => this with { Featurizers = [.. Featurizers, new FeaturizerChoice(columns, featurizer)] };

    /// <summary>Fits on the rows of a data view, read once into memory.</summary>
    /// <exception cref="TableException">A column is missing or can't be used.</exception>
    /// <exception cref="TrainingException">The trainer can't learn from the rows.</exception>
    public FittedPipeline Fit(IDataView input)
    {
        IEnumerable<string>? columns = Features is null ? null : [.. Features, Label, .. Weight is null ? Array.Empty<string>() : [Weight]];
        return PipelineFit.Run(this, Table.From(input, columns), KeyNames.OfLabel(input.Schema.GetColumnOrNull(Label)));
    }

    /// <summary>Fits on the rows of a table.</summary>
    /// <exception cref="TableException">A column is missing or can't be used.</exception>
    /// <exception cref="TrainingException">The trainer can't learn from the rows.</exception>
    public FittedPipeline Fit(Table table) => PipelineFit.Run(this, table, labelKeys: null);

    /// <summary>The columns of <paramref name="inputSchema"/> and behind them those of a prediction.</summary>
    /// <exception cref="TableException">The label or a feature is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(c => c.Name, StringComparer.Ordinal);
        string[] missing = [.. (Features ?? []).Append(Label).Concat(Weight is null ? [] : [Weight]).Where(n => !columns.ContainsKey(n))];
        if (missing.Length > 0)
            throw new TableException(missing[0], found: "no such column", expected: $"one of {string.Join(", ", columns.Keys.Take(12))}{(columns.Count > 12 ? ", …" : "")}");
        return ScoreColumns.Add(inputSchema, Task, columns[Label]);
    }
}
