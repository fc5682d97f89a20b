using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>The labels that apply to a row's texts, and their scores, behind the columns of one ML.NET schema.</summary>
internal sealed class MultiLabelColumns : IAddedColumns
{
    private readonly MultiLabelTextTransformer transformer;

    /// <exception cref="TableException">A text is missing or no text.</exception>
    public MultiLabelColumns(MultiLabelTextTransformer transformer, DataViewSchema input)
    {
        (this.transformer, InputSchema, Sources) = (transformer, input, [.. transformer.Inputs.Select(input.NeededText)]);
        OutputSchema = transformer.Extend(input);
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IReadOnlyList<DataViewSchema.Column> Sources { get; }

    public Func<DataViewSchema.Column, Delegate> Getters(DataViewRow input)
    {
        ValueGetter<ReadOnlyMemory<char>>[] texts = [.. Sources.Select(input.GetGetter<ReadOnlyMemory<char>>)];
        long scored = long.MinValue;
        float[] scores = [];
        void Score()
        {
            if (scored == input.Position) return;
            scores = transformer.Score([.. texts.Select(text =>
            {
                ReadOnlyMemory<char> found = default;
                text(ref found);
                return new[] { found.ToString() };
            })]);
            scored = input.Position;
        }
        ValueGetter<VBuffer<uint>> labels = (ref VBuffer<uint> value) =>
        {
            Score();
            CellVectors.Set<uint>(ref value, [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] >= transformer.Threshold).Select(i => (uint)i + 1)]);
        };
        ValueGetter<VBuffer<float>> probabilities = (ref VBuffer<float> value) =>
        {
            Score();
            CellVectors.Set<float>(ref value, scores);
        };
        return column => column.Index == InputSchema.Count ? labels : probabilities;
    }
}
