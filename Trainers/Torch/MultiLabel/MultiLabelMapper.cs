using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLPipes.Trainers.Torch;

/// <summary>A multi-label model over rows of one ML.NET schema.</summary>
internal sealed class MultiLabelMapper : IRowToRowMapper
{
    private readonly MultiLabelTextTransformer transformer;
    private readonly DataViewSchema.Column[] texts;

    /// <exception cref="TableException">A text is missing or no text.</exception>
    public MultiLabelMapper(MultiLabelTextTransformer transformer, DataViewSchema input)
    {
        (this.transformer, InputSchema) = (transformer, input);
        texts = [.. transformer.Inputs.Select(name => input.GetColumnOrNull(name)
            ?? throw new TableException(name, found: "no such column", expected: $"one of {string.Join(", ", input.Where(c => !c.IsHidden).Select(c => c.Name).Take(12))}"))];
        foreach (DataViewSchema.Column text in texts)
            if (text.Type is not TextDataViewType) throw new TableException(text.Name, found: text.Type.ToString(), expected: "text");
        OutputSchema = transformer.Extend(input);
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = [];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (column.Index < InputSchema.Count) needed.Add(column.Index);
            else needed.UnionWith(texts.Select(t => t.Index));
        }
        return InputSchema.Where(c => needed.Contains(c.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new MultiLabelRow(this, input, activeColumns);

    /// <summary>The getter of a column of the output schema over a row, which moves on by itself; predictions of one row are made once.</summary>
    public ValueGetter<TValue> Getter<TValue>(DataViewRow input, DataViewSchema.Column column, MultiLabelCell cell)
    {
        if (column.Index < InputSchema.Count) return input.GetGetter<TValue>(InputSchema[column.Index]);
        ValueGetter<ReadOnlyMemory<char>>[] cells = [.. texts.Select(input.GetGetter<ReadOnlyMemory<char>>)];
        Delegate getter = column.Index == InputSchema.Count
            ? (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> value) =>
            {
                float[] scores = Scores();
                uint[] keys = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] >= transformer.Threshold).Select(i => (uint)i + 1)];
                VBufferEditor<uint> editor = VBufferEditor.Create(ref value, keys.Length);
                keys.CopyTo(editor.Values);
                value = editor.Commit();
            })
            : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                float[] scores = Scores();
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, scores.Length);
                scores.CopyTo(editor.Values);
                value = editor.Commit();
            });
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.");

        float[] Scores()
        {
            if (cell.Position == input.Position) return cell.Scores;
            IReadOnlyList<string?>[] now = [.. cells.Select(text =>
            {
                ReadOnlyMemory<char> found = default;
                text(ref found);
                return new[] { found.ToString() };
            })];
            (cell.Position, cell.Scores) = (input.Position, transformer.Score(now));
            return cell.Scores;
        }
    }
}

/// <summary>The scores of the row at a position.</summary>
internal sealed class MultiLabelCell
{
    public long Position { get; set; } = long.MinValue;

    public float[] Scores { get; set; } = [];
}
