using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Pipelines;

/// <summary>Getters of a prediction's columns over an ML.NET row: scored when first asked for, once a position.</summary>
internal sealed class PredictedCells
{
    private readonly PipelineColumns columns;
    private readonly DataViewRow input;
    private readonly RowScorer scorer;
    private readonly RowReader reader;
    private readonly float[] outputs;
    private long scored = long.MinValue;
    private float score;

    /// <param name="columns">The prediction's columns.</param>
    /// <param name="input">The row; moves on by itself.</param>
    public PredictedCells(PipelineColumns columns, DataViewRow input)
    {
        this.columns = columns;
        this.input = input;
        outputs = new float[columns.Pipeline.Schema.Outputs];
        scorer = columns.Pipeline.CreateRowScorer();
        reader = new RowReader(input, columns.Sources, scorer.Inputs, scorer.Buffer);
    }

    /// <summary>The getter of a column of the prediction.</summary>
    public Delegate Getter(DataViewSchema.Column column)
    {
        string name = columns.Names.StandardOf(column.Name);
        PipelineSchema schema = columns.Pipeline.Schema;
        switch (name)
        {
            case ScoreColumns.Score when schema.Task == MLTask.Multiclass:
                int[] slots = columns.SlotOfClass;
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
                int[] slots = columns.SlotOfClass;
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
        reader.Read();
        score = scorer.Predict(outputs);
        scored = input.Position;
    }
}
