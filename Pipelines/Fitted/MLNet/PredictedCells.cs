using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>Getters over an ML.NET row with its prediction behind it: scored when first asked for, once a position.</summary>
internal sealed class PredictedCells
{
    private readonly PipelineRowMapper mapper;
    private readonly DataViewRow input;
    private readonly RowScorer? scorer;
    private readonly RowReader? reader;
    private readonly float[] outputs;
    private readonly bool[] active;
    private long scored = long.MinValue;
    private float score;

    /// <param name="mapper">The pipeline over the row's schema.</param>
    /// <param name="input">The row; moves on by itself.</param>
    /// <param name="activeColumns">The columns of the output schema that may be asked for.</param>
    public PredictedCells(PipelineRowMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        this.mapper = mapper;
        this.input = input;
        active = new bool[mapper.OutputSchema.Count];
        bool predicts = false;
        foreach (DataViewSchema.Column column in activeColumns)
        {
            active[column.Index] = true;
            predicts |= column.Index >= mapper.InputSchema.Count;
        }
        outputs = new float[mapper.Pipeline.Schema.Outputs];
        if (!predicts) return;
        scorer = mapper.Pipeline.CreateRowScorer();
        reader = new RowReader(input, mapper.Columns, scorer.Inputs, scorer.Buffer);
    }

    public bool IsActive(DataViewSchema.Column column) => column.Index < active.Length && active[column.Index];

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column)) throw new InvalidOperationException($"Column '{column.Name}' is not among the columns that were asked for.");
        if (column.Index < mapper.InputSchema.Count) return input.GetGetter<TValue>(mapper.InputSchema[column.Index]);
        return Getter(mapper.Names.StandardOf(column.Name)) as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.");
    }

    private Delegate Getter(string name)
    {
        PipelineSchema schema = mapper.Pipeline.Schema;
        switch (name)
        {
            case ScoreColumns.Score when schema.Task == MLTask.Multiclass:
                int[] slots = mapper.SlotOfClass;
                int width = ScoreColumns.Slots(schema)!.Count;
                return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                {
                    Predict();
                    VBufferEditor<float> editor = VBufferEditor.Create(ref value, width);
                    editor.Values.Clear();
                    for (int k = 0; k < slots.Length; k++) editor.Values[slots[k]] = outputs[k];
                    value = editor.Commit();
                });
            case ScoreColumns.Score:
                return (ValueGetter<float>)((ref float value) =>
                {
                    Predict();
                    value = score;
                });
            case ScoreColumns.Probability:
                return (ValueGetter<float>)((ref float value) =>
                {
                    Predict();
                    value = outputs[0];
                });
            default:
                return LabelGetter(schema);
        }
    }

    private Delegate LabelGetter(PipelineSchema schema)
    {
        switch (ScoreColumns.LabelType(schema))
        {
            case BooleanDataViewType:
                bool lastIsTrue = schema.Classes[1] == "true";
                return (ValueGetter<bool>)((ref bool value) =>
                {
                    Predict();
                    value = (Predictions.ClassOf(schema, outputs) == 1) == lastIsTrue;
                });
            case KeyDataViewType:
                int[] slots = mapper.SlotOfClass;
                return (ValueGetter<uint>)((ref uint value) =>
                {
                    Predict();
                    value = (uint)slots[Predictions.ClassOf(schema, outputs)] + 1;
                });
            default:
                ReadOnlyMemory<char>[] names = [.. schema.Classes.Select(c => c.AsMemory())];
                return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                {
                    Predict();
                    value = names[Predictions.ClassOf(schema, outputs)];
                });
        }
    }

    private void Predict()
    {
        if (scored == input.Position) return;
        reader!.Read();
        score = scorer!.Predict(outputs);
        scored = input.Position;
    }
}
