using Microsoft.ML;

namespace MLPipes.Pipelines;

/// <summary>The columns of a fitted pipeline's prediction behind those of one ML.NET schema.</summary>
internal sealed class PipelineColumns : IAddedColumns
{
    /// <exception cref="TableException">Columns are missing or of a type that can't be read; the message names all of them.</exception>
    public PipelineColumns(FittedPipeline pipeline, DataViewSchema input, ScoreNames? names = null)
    {
        Pipeline = pipeline;
        InputSchema = input;
        List<string> missing = [], wrong = [];
        DataViewSchema.Column[] sources = new DataViewSchema.Column[pipeline.Inputs.Count];
        for (int i = 0; i < sources.Length; i++)
        {
            InputColumn wanted = pipeline.Inputs[i];
            if (input.GetColumnOrNull(wanted.Name) is not { } column) missing.Add(wanted.Name);
            else if (!RowReader.CanRead(column.Type, wanted)) wrong.Add($"column '{wanted.Name}': found {column.Type}, expected {ColumnCoercion.Describe(wanted.Kind, wanted.Width)}");
            else sources[i] = column;
        }
        if (missing.Count > 0) throw pipeline.Binding.Missing(missing, input.Where(c => !c.IsHidden).Select(c => c.Name), null);
        if (wrong.Count > 0) throw new TableException($"{string.Join("; ", wrong)}.", inner: null);
        Sources = sources;
        Names = names ?? new ScoreNames();
        OutputSchema = ScoreColumns.Add(input, pipeline.Schema, Names);
        SlotOfClass = pipeline.Schema.LabelKeys is { } keys
            ? [.. pipeline.Schema.Classes.Select(c => keys.ToList().IndexOf(c))]
            : [.. Enumerable.Range(0, pipeline.Schema.Classes.Count)];
    }

    public FittedPipeline Pipeline { get; }

    /// <summary>What the prediction's columns are called.</summary>
    public ScoreNames Names { get; }

    /// <summary>The input schema's column for each input of the pipeline.</summary>
    public IReadOnlyList<DataViewSchema.Column> Sources { get; }

    /// <summary>Where each class stands among the score's slots and the label's keys.</summary>
    public int[] SlotOfClass { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public Func<DataViewSchema.Column, Delegate> Getters(DataViewRow input) => new PredictedCells(this, input).Getter;
}
