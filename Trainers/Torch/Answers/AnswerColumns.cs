using Microsoft.ML;
using Microsoft.ML.Data;
using MLPipes.Pipelines;

namespace MLPipes.Trainers.Torch;

/// <summary>Answers and their scores behind the columns of one ML.NET schema.</summary>
internal sealed class AnswerColumns : IAddedColumns
{
    private readonly QuestionAnswerTransformer transformer;

    /// <exception cref="TableException">A column is missing or no text.</exception>
    public AnswerColumns(QuestionAnswerTransformer transformer, DataViewSchema input)
    {
        (this.transformer, InputSchema, Sources) = (transformer, input, [input.NeededText(transformer.Context), input.NeededText(transformer.Question)]);
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        builder.AddColumn(transformer.Answers, new VectorDataViewType(TextDataViewType.Instance));
        builder.AddColumn(transformer.Scores, new VectorDataViewType(NumberDataViewType.Single));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IReadOnlyList<DataViewSchema.Column> Sources { get; }

    public Func<DataViewSchema.Column, Delegate> Getters(DataViewRow input)
    {
        ValueGetter<ReadOnlyMemory<char>> contexts = input.GetGetter<ReadOnlyMemory<char>>(Sources[0]), questions = input.GetGetter<ReadOnlyMemory<char>>(Sources[1]);
        ReadOnlyMemory<char> context = default, question = default;
        IReadOnlyList<FoundAnswer> found = [];
        long answered = long.MinValue;
        void Answer()
        {
            if (answered == input.Position) return;
            contexts(ref context);
            questions(ref question);
            found = transformer.Model.Ask(question.ToString(), context.ToString(), transformer.Most);
            answered = input.Position;
        }
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> answers = (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            Answer();
            CellVectors.Set<ReadOnlyMemory<char>>(ref value, [.. found.Select(f => f.Text.AsMemory())]);
        };
        ValueGetter<VBuffer<float>> scores = (ref VBuffer<float> value) =>
        {
            Answer();
            CellVectors.Set<float>(ref value, [.. found.Select(f => (float)f.Score)]);
        };
        return column => column.Index == InputSchema.Count ? answers : scores;
    }
}
