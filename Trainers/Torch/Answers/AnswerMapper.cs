using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch;

/// <summary>Answers over rows of one ML.NET schema.</summary>
internal sealed class AnswerMapper : IRowToRowMapper
{
    private readonly QuestionAnswerTransformer transformer;
    private readonly DataViewSchema.Column context, question;
    private readonly int answersAt;

    /// <exception cref="TableException">A column is missing or no text.</exception>
    public AnswerMapper(QuestionAnswerTransformer transformer, DataViewSchema input)
    {
        this.transformer = transformer;
        InputSchema = input;
        (context, question) = (Text(transformer.Context), Text(transformer.Question));
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        builder.AddColumn(transformer.Answers, new VectorDataViewType(TextDataViewType.Instance));
        builder.AddColumn(transformer.Scores, new VectorDataViewType(NumberDataViewType.Single));
        OutputSchema = builder.ToSchema();
        answersAt = input.Count;
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = [];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (column.Index < answersAt) needed.Add(column.Index);
            else needed.UnionWith([context.Index, question.Index]);
        }
        return InputSchema.Where(c => needed.Contains(c.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new AnswerRow(this, input, activeColumns);

    /// <summary>The getters of the columns of one row, which moves on by itself; both new ones share one answer a row.</summary>
    public Func<DataViewSchema.Column, Delegate?> Getters(DataViewRow input)
    {
        ValueGetter<ReadOnlyMemory<char>>? contexts = null, questions = null;
        ReadOnlyMemory<char> where = default, what = default;
        IReadOnlyList<FoundAnswer> found = [];
        long answered = -1;
        void Answer()
        {
            contexts ??= input.GetGetter<ReadOnlyMemory<char>>(context);
            questions ??= input.GetGetter<ReadOnlyMemory<char>>(question);
            if (answered == input.Position && answered >= 0) return;
            contexts(ref where);
            questions(ref what);
            found = transformer.Model.Ask(what.ToString(), where.ToString(), transformer.Most);
            answered = input.Position;
        }
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> answers = (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            Answer();
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, found.Count);
            for (int i = 0; i < found.Count; i++) editor.Values[i] = found[i].Text.AsMemory();
            value = editor.Commit();
        };
        ValueGetter<VBuffer<float>> scores = (ref VBuffer<float> value) =>
        {
            Answer();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, found.Count);
            for (int i = 0; i < found.Count; i++) editor.Values[i] = (float)found[i].Score;
            value = editor.Commit();
        };
        return column => column.Index < answersAt ? null : column.Index == answersAt ? answers : scores;
    }

    private DataViewSchema.Column Text(string name) => InputSchema.GetColumnOrNull(name) switch
    {
        { Type: TextDataViewType } column => column,
        { } column => throw new TableException(name, found: column.Type.ToString(), expected: "text"),
        null => throw new TableException(name, found: "no such column", expected: $"one of {string.Join(", ", InputSchema.Where(c => !c.IsHidden).Select(c => c.Name).Take(12))}"),
    };
}

/// <summary>An ML.NET row with the answers behind it.</summary>
internal sealed class AnswerRow(AnswerMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) : DataViewRow
{
    private readonly HashSet<int> active = [.. activeColumns.Select(c => c.Index)];
    private readonly Func<DataViewSchema.Column, Delegate?> getters = mapper.Getters(input);

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => getters(column) is { } own
        ? own as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.")
        : input.GetGetter<TValue>(mapper.InputSchema[column.Index]);

    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}
