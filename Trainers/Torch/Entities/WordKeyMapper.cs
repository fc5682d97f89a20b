using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch;

/// <summary>A labeller of words over rows of one ML.NET schema.</summary>
internal sealed class WordKeyMapper : IRowToRowMapper
{
    /// <exception cref="TableException">The sentence is missing or no text.</exception>
    public WordKeyMapper(NamedEntityTransformer transformer, DataViewSchema input)
    {
        Transformer = transformer;
        InputSchema = input;
        Sentence = input.GetColumnOrNull(transformer.Sentence)
            ?? throw new TableException(transformer.Sentence, found: "no such column", expected: $"one of {string.Join(", ", input.Where(c => !c.IsHidden).Select(c => c.Name).Take(12))}");
        if (Sentence.Type is not TextDataViewType) throw new TableException(Sentence.Name, found: Sentence.Type.ToString(), expected: "text");
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        (DataViewType type, DataViewSchema.Annotations annotations) = transformer.OutputColumn();
        builder.AddColumn(transformer.Output, type, annotations);
        OutputSchema = builder.ToSchema();
    }

    public NamedEntityTransformer Transformer { get; }

    public DataViewSchema.Column Sentence { get; }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = [.. dependingColumns.Select(c => c.Index < InputSchema.Count ? c.Index : Sentence.Index)];
        return InputSchema.Where(c => needed.Contains(c.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new WordKeyRow(this, input, activeColumns);

    /// <summary>The getter of a column of the output schema over a row, which moves on by itself.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewRow input, DataViewSchema.Column column)
    {
        if (column.Index < InputSchema.Count) return input.GetGetter<TValue>(InputSchema[column.Index]);
        ValueGetter<ReadOnlyMemory<char>> sentence = input.GetGetter<ReadOnlyMemory<char>>(Sentence);
        ReadOnlyMemory<char> text = default;
        ValueGetter<VBuffer<uint>> getter = (ref VBuffer<uint> value) =>
        {
            sentence(ref text);
            Transformer.Label(text, ref value);
        };
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.");
    }
}

/// <summary>An ML.NET row with the labels of its words behind it.</summary>
internal sealed class WordKeyRow(WordKeyMapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) : DataViewRow
{
    private readonly HashSet<int> active = [.. activeColumns.Select(c => c.Index)];

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapper.Getter<TValue>(input, column);

    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A data view with the labels of words behind its columns, made row by row as cursors pass.</summary>
internal sealed class WordKeyView(IDataView source, WordKeyMapper mapper) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(mapper, source.GetRowCursor(mapper.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. source.GetRowCursorSet(mapper.GetDependencies(needed), n, rand).Select(cursor => new Cursor(mapper, cursor, needed))];
    }

    private sealed class Cursor(WordKeyMapper mapper, DataViewRowCursor input, DataViewSchema.Column[] needed) : DataViewRowCursor
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column) => needed.Any(c => c.Index == column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapper.Getter<TValue>(input, column);

        public override bool MoveNext() => input.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing) input.Dispose();
            base.Dispose(disposing);
        }
    }
}
